import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { type DatabaseConnections, openDatabase } from '../../src/database/database.ts';
import { TEMPLATE_DATABASE, testServerUrl } from './test-server.ts';

export interface TestDatabase extends Pick<DatabaseConnections, 'db' | 'pool' | 'openClient'> {
  url: string;
  /** Ends the connections and drops the database. */
  destroy(): Promise<void>;
}

/** Creates a migrated, empty database for one test, or one without tables from another `template`. Call `destroy` in `after`. */
export async function createTestDatabase({ template = TEMPLATE_DATABASE } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template ${template} strategy file_copy`);
  const url = testServerUrl(name);
  const { db, pool, openClient, close } = openDatabase({ url, log: pino({ level: 'silent' }) });
  return {
    url,
    db,
    pool,
    openClient,
    async destroy() {
      await close();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
