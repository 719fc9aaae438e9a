import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startTestServer } from '../packages/server/test/harness/start-test-server.ts';
import { TEMPLATE_DATABASE, testServerUrl } from '../packages/server/test/harness/test-server.ts';
import { writeGenerated } from './write-generated.ts';

/** Generates `packages/server/src/database/schema.ts`, the types of the tables, from a freshly migrated database. `--check` only compares. */
const ROOT = resolve(import.meta.dirname, '..');

/** TypeScript types of columns, which must match the parsers in `database/column-types.ts`. */
const COLUMN_TYPES = { int8: 'number', _int8: 'number[]', date: 'string' };

async function describeTables(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-schema-'));
  await using _server = await startTestServer();
  try {
    const file = join(folder, 'schema.ts');
    await promisify(execFile)(process.execPath, [
      join(ROOT, 'node_modules/kysely-codegen/dist/cli/bin.js'),
      '--dialect=postgres',
      `--url=${testServerUrl(TEMPLATE_DATABASE)}`,
      `--type-mapping=${JSON.stringify(COLUMN_TYPES)}`,
      '--singularize',
      '--exclude-pattern=schema_migrations',
      `--out-file=${file}`,
    ]);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await writeGenerated(join(ROOT, 'packages/server/src/database/schema.ts'), await describeTables(), 'npm run generate');
