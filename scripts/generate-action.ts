import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { writeGenerated } from './write-generated.ts';

/**
 * Builds `dist/` of the Action: one file without dependencies, which is committed because GitHub installs nothing before it runs an action.
 * `--check` only compares.
 */
const COMMAND = 'node scripts/generate-action.ts';
const ACTION = resolve(import.meta.dirname, '../.github/actions/commandcenter-analyze');
const DIST = join(ACTION, 'dist');

const { outputFiles, metafile } = await build({
  entryPoints: [join(ACTION, 'src/main.ts')],
  // Comments in the bundle contain paths relative to this folder, so that they are the same on every machine.
  absWorkingDir: ACTION,
  outfile: join(DIST, 'index.js'),
  write: false,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  legalComments: 'none',
  // Some dependencies are CommonJS modules and call `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
});
await mkdir(DIST, { recursive: true });
await writeGenerated(join(DIST, 'index.js'), outputFiles[0]?.text ?? '', COMMAND);
await writeGenerated(join(DIST, 'licences.txt'), licenseTexts(bundledModules(metafile)), COMMAND);
// This file makes Node read the bundle as an ES module, even in a repository of CommonJS.
await writeGenerated(join(DIST, 'package.json'), '{ "type": "module" }\n', COMMAND);

/** Returns the license texts of the bundled packages, which have to be distributed with the bundle. */
function licenseTexts(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].map((path) => {
    const folder = join(ACTION, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
    const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    return `${name} ${version}: ${license}\n${text}`;
  });
  return `${texts.sort().join('\n\n')}`;
}

/** Returns the paths of the modules that contribute code to the bundle. */
function bundledModules({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput),
  );
}
