import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { keepGenerated } from './keep-generated.ts';

/**
 * Writes `dist/` of the Action: one file without dependencies, which is committed, since nothing is installed where GitHub runs it.
 * `--check` only compares.
 */
const COMMAND = 'node scripts/generate-action.ts';
const ACTION = resolve(import.meta.dirname, '../.github/actions/commandcenter-analyze');
const DIST = join(ACTION, 'dist');

const { outputFiles } = await build({
  entryPoints: [join(ACTION, 'src/main.ts')],
  // Paths in its comments are relative to it: the same wherever the repository lies.
  absWorkingDir: ACTION,
  outfile: join(DIST, 'index.js'),
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  legalComments: 'eof',
  // Some dependencies are CommonJS.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
});
await mkdir(DIST, { recursive: true });
await keepGenerated(join(DIST, 'index.js'), outputFiles[0]?.text ?? '', COMMAND);
// Whatever kind of modules the repository has that the Action is copied into.
await keepGenerated(join(DIST, 'package.json'), '{ "type": "module" }\n', COMMAND);
