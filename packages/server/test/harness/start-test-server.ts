import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findClusterProcesses, startEmbeddedPostgres, THROWAWAY_SETTINGS } from '@commandcenter/embedded-postgres';
import pg from 'pg';
import { pino } from 'pino';
import { migrate, readMigrations } from '../../src/database/migrate.ts';
import { TEMPLATE_DATABASE, TEST_SERVER_VARIABLE, testServerUrl } from './test-server.ts';

/** Parent folder of the test databases. It is in memory if the machine has such a folder, because a database is cloned there in 20 ms. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const PREFIX = 'commandcenter-test-';
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Starts one PostgreSQL for all test files of a run, with a migrated template to clone. Its address is passed on in an environment
 * variable.
 */
export async function startTestServer(): Promise<AsyncDisposable> {
  await removeAbandonedFolders();
  const folder = await mkdtemp(join(PARENT, PREFIX));
  const log = pino({ level: 'warn' }, pino.destination(2));
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    holder: `tests, pid ${process.pid}`,
    log,
    settings: THROWAWAY_SETTINGS,
    onLost: (error) => {
      throw error;
    },
  });
  process.env[TEST_SERVER_VARIABLE] = postgres.url;
  await makeTemplate(log);
  return {
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(log: pino.Logger): Promise<void> {
  const server = new pg.Client({ connectionString: testServerUrl() });
  await server.connect();
  await server.query(`create database ${TEMPLATE_DATABASE}`);
  await server.end();
  const template = new pg.Client({ connectionString: testServerUrl(TEMPLATE_DATABASE) });
  await template.connect();
  await migrate(template, await readMigrations(), log);
  await template.end();
}

/** Removes the folders that killed test runs left behind. */
async function removeAbandonedFolders(): Promise<void> {
  const names = (await readdir(PARENT)).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(PARENT, name))) {
    const entry = await stat(folder).catch(() => undefined);
    const isOld = entry !== undefined && Date.now() - entry.mtimeMs > ABANDONED_AFTER_MS;
    if (!isOld || entry.uid !== process.getuid?.()) continue;
    if ((await findClusterProcesses(join(folder, 'postgres'))).length > 0) continue;
    await rm(folder, { recursive: true, force: true });
  }
}
