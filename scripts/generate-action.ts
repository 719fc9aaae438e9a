import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { keepGenerated } from './keep-generated.ts';

/**
 * Writes `dist/` of the Action: one file without dependencies, which is committed, since nothing is installed where GitHub runs it.
 * `--check` only compares.
 */
const COMMAND = 'node scripts/generate-action.ts';
const ACTION = resolve(import.meta.dirname, '../.github/actions/commandcenter-analyze');
const DIST = join(ACTION, 'dist');

const { outputFiles, metafile } = await build({
  entryPoints: [join(ACTION, 'src/main.ts')],
  // Paths in its comments are relative to it: the same wherever the repository lies.
  absWorkingDir: ACTION,
  outfile: join(DIST, 'index.js'),
  write: false,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  legalComments: 'none',
  // Some dependencies are CommonJS.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
});
await mkdir(DIST, { recursive: true });
await keepGenerated(join(DIST, 'index.js'), outputFiles[0]?.text ?? '', COMMAND);
await keepGenerated(join(DIST, 'licences.txt'), licencesOf(usedOf(metafile)), COMMAND);
// Whatever kind of modules the repository has that the Action is copied into.
await keepGenerated(join(DIST, 'package.json'), '{ "type": "module" }\n', COMMAND);

/** The licences of what was taken from others, which they ask to be passed on. */
function licencesOf(inputs: readonly string[]): string {
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

/** Paths of the modules of which something is in the bundle. */
function usedOf({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput),
  );
}
