import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type pg from 'pg';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { DatabaseError } from '../startup-errors.ts';
import { type Migration, migrate, pendingMigrations, readMigrations } from './migrate.ts';

const log = pino({ level: 'silent' });

const migration = (number: number, sql: string): Migration => ({
  number,
  name: `${String(number).padStart(4, '0')}_test`,
  sql,
  checksum: createHash('sha256').update(sql).digest('hex'),
});

const FIRST = migration(1, 'create table first (id int)');
const SECOND = migration(2, 'create table second (id int)');

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await createTestDatabase();
  client = await database.openClient('test');
});

beforeEach(async () => {
  await client.query('drop schema public cascade');
  await client.query('create schema public');
});

after(async () => {
  await client.end();
  await database.destroy();
});

test('each migration runs once, in order', async () => {
  assert.deepEqual(await pendingMigrations(client, [FIRST, SECOND]), ['0001_test', '0002_test']);
  assert.deepEqual(await migrate(client, [FIRST], log), ['0001_test']);
  assert.deepEqual(await migrate(client, [FIRST, SECOND], log), ['0002_test']);
  assert.deepEqual(await migrate(client, [FIRST, SECOND], log), []);
  assert.deepEqual(await pendingMigrations(client, [FIRST, SECOND]), []);
});

test('several processes at once migrate once', async () => {
  const others = await Promise.all([database.openClient('test'), database.openClient('test')]);
  const applied = await Promise.all([client, ...others].map((each) => migrate(each, [FIRST, SECOND], log)));
  assert.deepEqual(applied.flat().sort(), ['0001_test', '0002_test']);
  await Promise.all(others.map((each) => each.end()));
});

test('a failed migration leaves nothing of itself behind', async () => {
  const broken = migration(2, 'create table second (id int); select no_such_function()');
  await assert.rejects(migrate(client, [FIRST, broken], log), { code: 'database.migration_failed' });
  assert.deepEqual(await pendingMigrations(client, [FIRST, SECOND]), ['0002_test']);
  assert.deepEqual(await migrate(client, [FIRST, SECOND], log), ['0002_test']);
});

test('a schema that is newer than this version is refused', async () => {
  await migrate(client, [FIRST, SECOND], log);
  await assert.rejects(migrate(client, [FIRST], log), (error) => {
    assert.ok(error instanceof DatabaseError);
    assert.equal(error.code, 'database.newer');
    assert.match(error.message, /0002_test/);
    return true;
  });
});

test('a migration that changed after it ran is refused', async () => {
  await migrate(client, [FIRST], log);
  await assert.rejects(migrate(client, [migration(1, 'create table other (id int)')], log), {
    code: 'database.changed',
  });
});

test('the migrations of this version apply to an empty database', async () => {
  const migrations = await readMigrations();
  assert.equal((await migrate(client, migrations, log)).length, migrations.length);
});
