import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { forwardTo, type TcpForwarder } from '../../test/harness/tcp-forwarder.ts';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { limitSilence } from './silence-limit.ts';

const LIMIT_MS = 300;

let database: TestDatabase;
let network: TcpForwarder;
let client: pg.Client;

before(async () => {
  database = await createTestDatabase();
  const [{ host = '', database: name = '', user = '' }] = parseDatabaseUrl(database.url).hosts;
  network = await forwardTo(join(host, '.s.PGSQL.5432'));
  client = new pg.Client({ connectionString: `postgresql://${user}@127.0.0.1:${network.port}/${name}` });
  client.on('error', () => undefined);
  limitSilence(client, LIMIT_MS);
  await client.connect();
});
after(async () => {
  await client.end();
  await network[Symbol.asyncDispose]();
  await database.destroy();
});

test('a connection is kept while statements are answered in time, however long nothing is asked', async () => {
  await client.query('select pg_sleep(0.1)');
  const viaCallback = Promise.withResolvers<unknown>();
  client.query('select 2 as two', (error: Error | null, { rows }: pg.QueryResult) =>
    error === null ? viaCallback.resolve(rows) : viaCallback.reject(error),
  );
  assert.deepEqual(await viaCallback.promise, [{ two: 2 }]);
  await database.pool.query('select pg_sleep($1)', [(2 * LIMIT_MS) / 1000]);
  assert.deepEqual((await client.query('select 1 as one')).rows, [{ one: 1 }]);
});

test('a statement on a connection through which nothing comes any more fails', async () => {
  network.become('silent');
  await assert.rejects(client.query('select 1'), /Connection terminated/);
});
