import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded-postgres.ts';
import { THROWAWAY_SETTINGS } from '../../src/postgres/settings.ts';
import { migrate, readMigrations } from '../../src/store/migrate.ts';
import { TEMPLATE_DATABASE, TEST_SERVER_VARIABLE, testServerUrl } from './test-server.ts';

let folder: string | undefined;
let postgres: EmbeddedPostgres | undefined;

/** Run once by `node --test --test-global-setup`: one server for all test files, with a migrated template to clone. */
export async function globalSetup(): Promise<void> {
  // Memory, where there is some to be had as a folder: a database is cloned in 20 ms there.
  folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'commandcenter-test-'));
  const log = pino({ level: 'warn' }, pino.destination(2));
  postgres = await startEmbeddedPostgres({
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
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
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
