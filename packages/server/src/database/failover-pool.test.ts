import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { openDatabase } from './database.ts';
import { parseDatabaseUrl } from './database-url.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;

before(async () => {
  database = await createTestDatabase();
});

after(() => database.destroy());

test('int8 is a number, a date is its text, a time is a Date, infinity is Infinity', async () => {
  const { rows } = await database.pool.query(
    `select 9007199254740991::int8 as big, array[1, null, 3]::int8[] as list, date '2026-02-01' as day,
            timestamptz '2026-02-01T12:00:00Z' as at, timestamptz 'infinity' as never`,
  );
  assert.deepEqual(rows[0], {
    big: 9007199254740991,
    list: [1, null, 3],
    day: '2026-02-01',
    at: new Date('2026-02-01T12:00:00Z'),
    never: Number.POSITIVE_INFINITY,
  });
});

test('a connection that is cut while nobody uses it is replaced', async () => {
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const client = await database.openClient('test');
  await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await client.end();
  await waitFor('another connection', async () => {
    const response = await database.pool
      .query<{ pid: number }>('select pg_backend_pid() as pid')
      .catch(() => undefined);
    return response !== undefined && response.rows[0]?.pid !== rows[0]?.pid;
  });
});

test('a caller waits for a database that comes back within seconds', async () => {
  const gate = await openGate();
  const { pool, close } = openDatabase({ url: urlThrough(gate), log });
  await gate.shut();
  const response = pool.query('select 1 as one');
  setTimeout(() => gate.open(), 300);
  assert.deepEqual((await response).rows, [{ one: 1 }]);
  await close();
  await gate.shut();
});

test('uses a host that responds, and another one when it is lost', async () => {
  const gates = [await openGate(), await openGate()] as const;
  const { pool, close } = openDatabase({ url: urlThrough(...gates), log, poolSize: 1 });
  await gates[0].shut();
  await pool.query('select 1');
  await Promise.all([gates[0].open(), gates[1].shut()]);
  await waitFor('a response through the other host', () => pool.query('select 1').catch(() => undefined));
  await close();
  await gates[0].shut();
});

test('a host that takes no writes is not used until it does', async () => {
  const gate = await openGate();
  const setReadOnly = (value: 'on' | 'off') =>
    database.pool.query(
      `alter database ${pg.escapeIdentifier(nameOfDatabase())} set default_transaction_read_only = ${value}`,
    );
  await setReadOnly('on');
  const { pool, close } = openDatabase({ url: `${urlThrough(gate)}?target_session_attrs=read-write`, log });
  let writable = false;
  const response = pool.query('select 1').then(() => assert.ok(writable, 'a read-only host was used'));
  await waitFor('the host to be refused once', () => gate.connections() > 0);
  writable = true;
  await setReadOnly('off');
  await response;
  await close();
  await gate.shut();
});

/** Opens a TCP port that forwards to the test server's socket and can be closed and opened again. */
interface Gate {
  port: number;
  connections(): number;
  open(): Promise<void>;
  /** Refuses new connections and cuts the existing ones. */
  shut(): Promise<void>;
}

async function openGate(): Promise<Gate> {
  const socketPath = join(parseDatabaseUrl(database.url).hosts[0].host ?? '', '.s.PGSQL.5432');
  const sockets = new Set<Socket>();
  let connections = 0;
  let port = 0;
  const server = createServer((inside) => {
    connections += 1;
    const outside = connect(socketPath);
    inside.pipe(outside).pipe(inside);
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      // Ignore errors of connections that the test cuts on purpose; the tests check how both ends react.
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  const open = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await open();
  return {
    port,
    connections: () => connections,
    open,
    async shut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const nameOfDatabase = (): string => parseDatabaseUrl(database.url).hosts[0].database ?? '';

const urlThrough = (...gates: Gate[]): string =>
  `postgresql://commandcenter@${gates.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${nameOfDatabase()}`;
