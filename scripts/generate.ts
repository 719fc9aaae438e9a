import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run generate` regenerates every generated file. The order matters, because some read the output of earlier ones. `--check` only
 * reports files that are out of date.
 */
const GENERATORS = [
  'generate-languages.ts',
  'generate-api-reference.ts',
  'generate-configuration.ts',
  'generate-schema.ts',
  'generate-openapi.ts',
  'generate-client.ts',
  'generate-action.ts',
];

for (const generator of GENERATORS) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, generator), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
