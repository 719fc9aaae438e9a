import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { globalSetup, globalTeardown } from '../packages/server/test/harness/global-setup.ts';
import { TEMPLATE_DATABASE, testServerUrl } from '../packages/server/test/harness/test-server.ts';

/** Writes `store/schema.ts`, the types of the tables, from a database that was just migrated. */
const ROOT = resolve(import.meta.dirname, '..');
export const SCHEMA_FILE = join(ROOT, 'packages/server/src/store/schema.ts');

/** As `store/column-types.ts` reads them. */
const TYPES = { int8: 'number', _int8: 'number[]', date: 'string' };

export async function generateSchema(outFile: string): Promise<void> {
  await globalSetup();
  try {
    await promisify(execFile)(process.execPath, [
      join(ROOT, 'node_modules/kysely-codegen/dist/cli/bin.js'),
      '--dialect=postgres',
      `--url=${testServerUrl(TEMPLATE_DATABASE)}`,
      `--type-mapping=${JSON.stringify(TYPES)}`,
      '--singularize',
      '--exclude-pattern=schema_migrations',
      `--out-file=${outFile}`,
    ]);
  } finally {
    await globalTeardown();
  }
}

if (import.meta.main) await generateSchema(process.argv[2] ?? SCHEMA_FILE);
