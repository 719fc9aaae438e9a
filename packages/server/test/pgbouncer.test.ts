import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { openDatabase } from '../src/database/database.ts';
import { noPgBouncer, type PoolMode, startPgBouncer } from './harness/pgbouncer.ts';
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';
import { createTestDatabase, type TestDatabase } from './harness/test-database.ts';

describe('a database behind PgBouncer', { skip: noPgBouncer }, () => {
  let folder: string;
  let database: TestDatabase;
  const servers: ServerProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-pooled-'));
    database = await createTestDatabase({ template: 'template1' });
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.kill('SIGKILL')));
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (url: string): ServerProcess => {
    const server = startServerProcess({ DATA_DIR: join(folder, 'data'), DATABASE_URL: url });
    servers.push(server);
    return server;
  };

  it('is migrated and used through sessions', async () => {
    await using pooler = await startPgBouncer(database.url, 'session');
    const server = start(pooler.url);
    const { url } = await server.ready();
    const headers = { authorization: `Bearer ${server.printedToken()}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ project_id: 1, title: 'Made through PgBouncer' });
    assert.equal((await fetch(`${url}/api/v1/tasks`, { method: 'POST', headers, body })).status, 201);
    const { items } = (await (await fetch(`${url}/api/v1/tasks`, { headers })).json()) as {
      items: { title: string }[];
    };
    assert.deepEqual(
      items.map(({ title }) => title),
      ['Made through PgBouncer'],
    );
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.equal(await server.stop('SIGTERM'), 0);
  });

  it('has the time limits of the server in each session', async () => {
    await using pooler = await startPgBouncer(database.url, 'session');
    const log = pino({ level: 'silent' });
    const { pool, close } = openDatabase({ url: pooler.url, log, statementTimeoutMs: 1234, lockTimeoutMs: 567 });
    const { rows } = await pool.query(
      `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    assert.deepEqual(rows, [{ statement: '1234ms', lock: '567ms', idle: '1min' }]);
    await close();
  });

  for (const mode of ['transaction', 'statement'] satisfies PoolMode[]) {
    it(`is refused in ${mode} mode before anything is written, with what to do`, async () => {
      const fresh = await createTestDatabase({ template: 'template1' });
      try {
        await using pooler = await startPgBouncer(fresh.url, mode);
        const server = start(pooler.url);
        assert.equal(await server.exited, 2);
        assert.match(
          server.stderr(),
          /^DATABASE_URL names a pooler \(127\.0\.0\.1:\d+\/test_\w+\).*pool_mode = session/,
        );
        assert.equal(server.stderrLines().length, 1);
        const { rows } = await fresh.pool.query(`select to_regclass('schema_migrations') as found`);
        assert.deepEqual(rows, [{ found: null }]);
      } finally {
        await fresh.destroy();
      }
    });
  }
});
