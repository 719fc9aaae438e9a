import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { parseDatabaseUrl } from '../database/database-url.ts';
import { migrate, readMigrations } from '../database/migrate.ts';

let database: TestDatabase;
let role: string;

before(async () => {
  database = await createTestDatabase({ template: 'template1' });
  role = `${parseDatabaseUrl(database.url).hosts[0].database}_user`;
});
after(async () => {
  await database.pool.query(`drop owned by ${role}`);
  await database.pool.query(`drop role ${role}`);
  await database.destroy();
});

test('a database whose user may not create extensions is migrated, without the index of titles', async () => {
  await database.pool.query(`create role ${role} login`);
  await database.pool.query(`grant create on schema public to ${role}`);
  const client = new pg.Client({ ...parseDatabaseUrl(database.url).hosts[0], user: role });
  await client.connect();
  const migrations = await readMigrations();
  assert.equal((await migrate(client, migrations, pino({ level: 'silent' }))).length, migrations.length);
  const { rows } = await client.query(
    `select to_regclass('tasks_title_trigrams') as titles, to_regclass('tasks') as tasks`,
  );
  assert.deepEqual(rows, [{ titles: null, tasks: 'tasks' }]);
  await client.end();
});

test('the index of titles is made where the extension is in another schema', async () => {
  const other = await createTestDatabase({ template: 'template1' });
  await other.pool.query('create schema extensions');
  await other.pool.query('create extension pg_trgm schema extensions');
  const client = await other.openClient('test');
  await migrate(client, await readMigrations(), pino({ level: 'silent' }));
  const { rows } = await client.query(`select to_regclass('tasks_title_trigrams') is not null as found`);
  assert.deepEqual(rows, [{ found: true }]);
  await client.end();
  await other.destroy();
});
