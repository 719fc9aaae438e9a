import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runningPostgresUrl } from '@commandcenter/embedded-postgres';
import pg from 'pg';
import { ADVISORY_LOCKS } from '../src/database/advisory-locks.ts';
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';
import { waitFor } from './harness/wait-for.ts';

const SECONDS = 1000;

let folder: string;
const started: ServerProcess[] = [];

const start = (dataDir: string, environment: Record<string, string> = {}): ServerProcess => {
  const server = startServerProcess({ DATA_DIR: dataDir, ...environment });
  started.push(server);
  return server;
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commandcenter lifecycle, '));
});

after(async () => {
  await Promise.all(started.map((server) => server.kill('SIGKILL')));
  // PostgreSQL ends by itself after its server was killed, and still writes files until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const createTask = async ({ url, token }: { url: string; token: string }, title: string): Promise<void> => {
  const answer = await fetch(`${url}/api/v1/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ project_id: 1, title }),
  });
  assert.equal(answer.status, 201, await answer.text());
};

const taskTitles = async ({ url, token }: { url: string; token: string }): Promise<string[]> => {
  const answer = await fetch(`${url}/api/v1/tasks?project_id=1`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await answer.json()) as { items: { title: string }[] };
  return items.map(({ title }) => title).sort();
};

describe('a server on its embedded database', () => {
  let dataDir: string;
  let token: string;

  before(() => {
    dataDir = join(folder, 'one');
  });

  test('the first start makes a private folder, prints an admin token once, and stops with 0 on SIGTERM', async () => {
    const first = start(dataDir);
    const { url } = await first.ready();
    token = first.printedToken();
    await createTask({ url, token }, 'made by the first start');
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.equal((await stat(dataDir)).mode & 0o077, 0);

    assert.equal(await first.stop('SIGTERM'), 0);
    assert.deepEqual(await first.processesLeft(), []);

    const second = start(dataDir);
    const again = await second.ready();
    assert.throws(() => second.printedToken());
    assert.deepEqual(await taskTitles({ url: again.url, token }), ['made by the first start']);
    assert.equal(await second.stop('SIGINT'), 0);
  });

  test('killed and started at once it is back with all data', async () => {
    const killed = start(dataDir);
    const { url } = await killed.ready();
    await createTask({ url, token }, 'acknowledged before the kill');
    await killed.kill('SIGKILL');

    const next = start(dataDir);
    const again = await next.ready();
    assert.deepEqual(await taskTitles({ url: again.url, token }), [
      'acknowledged before the kill',
      'made by the first start',
    ]);
    assert.equal(await next.stop('SIGTERM'), 0);
  });

  test('a second start on the same folder says who holds it and exits 3', async () => {
    const holder = start(dataDir);
    await holder.ready();
    const second = start(dataDir);
    assert.equal(await second.exited, 3);
    assert.match(second.stderr(), new RegExp(`in use by another server \\(pid ${holder.pid}, port 0, since 20`));
    assert.equal(second.stderr().trim().split('\n').length, 1);
    assert.equal(await holder.stop('SIGTERM'), 0);
  });

  test('a PostgreSQL that dies is started again and the server goes on', async () => {
    const server = start(dataDir);
    const { url } = await server.ready();
    const [postmaster] = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(postmaster), 'SIGKILL');
    // The processes of the killed PostgreSQL may still respond for a moment.
    await waitFor('another PostgreSQL', () => server.stderr().includes('PostgreSQL started again'));
    const titles = await waitFor('an answer with the tasks', () => taskTitles({ url, token }).catch(() => undefined));
    assert.ok(titles.includes('made by the first start'));
    assert.equal(await server.stop('SIGTERM'), 0);
  });

  test('a holder whose lock connection was cut takes the lock again', async () => {
    const holder = start(dataDir);
    await holder.ready();
    const client = new pg.Client({ connectionString: await runningPostgresUrl(dataDir) });
    await client.connect();
    const lockConnections = async (): Promise<number[]> => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and granted and classid = $1 and objid = $2`,
        [...ADVISORY_LOCKS.server],
      );
      return rows.map(({ pid }) => pid);
    };
    const [cut] = await lockConnections();
    await client.query('select pg_terminate_backend($1)', [cut]);
    await waitFor('another lock connection', async () => {
      const pids = await lockConnections();
      return pids.length === 1 && !pids.includes(Number(cut));
    });
    await client.end();
    assert.equal(await holder.stop('SIGTERM'), 0);
  });

  test('a start after one that was killed during initdb begins anew', async () => {
    const other = join(folder, 'unfinished');
    const killed = start(other);
    await waitFor('initdb at work', async () => {
      const names = await readdir(other).catch(() => []);
      return names.some((name) => name.startsWith('postgres.init-'));
    });
    await killed.kill('SIGKILL');
    const next = start(other);
    await next.ready();
    next.printedToken();
    assert.equal(await next.stop('SIGTERM'), 0);
  });

  test('every start prints another admin token until one was used, also after a start that failed at its port', async () => {
    const other = join(folder, 'token');
    const occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
    const { port } = occupied.address() as AddressInfo;
    const failed = start(other, { PORT: String(port) });
    assert.notEqual(await failed.exited, 0);
    assert.match(failed.stderr(), /PORT=/);
    occupied.close();

    const first = start(other);
    await first.ready();
    const unused = first.printedToken();
    await first.stop('SIGTERM');

    const second = start(other);
    const { url } = await second.ready();
    const used = second.printedToken();
    const statusOf = async (presented: string): Promise<number> =>
      (await fetch(`${url}/api/v1/tasks`, { headers: { authorization: `Bearer ${presented}` } })).status;
    assert.equal(await statusOf(unused), 401);
    assert.equal(await statusOf(used), 200);
    await second.stop('SIGTERM');

    const third = start(other);
    await third.ready();
    assert.throws(() => third.printedToken());
    await third.stop('SIGTERM');
  });

  test('two first starts at the same moment: one serves, the other exits 3', async () => {
    const other = join(folder, 'raced');
    const both = [start(other), start(other)];
    const loser = await Promise.race(both.map((server) => server.exited.then((code) => ({ server, code }))));
    assert.equal(loser.code, 3);
    const winner = both.find((server) => server !== loser.server) as ServerProcess;
    await winner.ready();
    assert.equal(await winner.stop('SIGTERM'), 0);
  });

  test('a path too long for a socket works and leaves nothing outside the folder', async () => {
    const long = join(folder, 'a'.repeat(120), 'b'.repeat(80));
    await mkdir(long, { recursive: true });
    await chmod(long, 0o755);
    const shortFolders = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('ccpg-'));
    const before = await shortFolders();
    const server = start(long);
    await server.ready();
    assert.equal((await stat(long)).mode & 0o077, 0);
    assert.equal(await server.stop('SIGTERM'), 0);
    assert.deepEqual(await shortFolders(), before);
  });
});

describe('a start that cannot succeed says so in one line', () => {
  test('a wrong value names the variable, the fault and a right example, exit 2', async () => {
    const server = start(join(folder, 'never'), { PORT: 'eighty' });
    assert.equal(await server.exited, 2);
    assert.equal(
      server.stderr().trim(),
      'PORT is "eighty": it must be a whole number from 0 to 65535. Right: PORT=8000',
    );
  });

  test('a taken port, exit 3', async (context) => {
    const taken = createServer().listen(0, '127.0.0.1');
    // Close the socket even if an assertion fails, because it would keep the test process alive.
    context.after(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const server = start(join(folder, 'one'), { PORT: String(port) });
    assert.equal(await server.exited, 3);
    assert.match(server.stderrLines().at(-1) ?? '', new RegExp(`^Cannot listen on 127.0.0.1:${port}.*Set PORT`));
  });

  test('an outside PostgreSQL that refuses, exit 3 and no password', async () => {
    const missing = join(folder, 'no socket here');
    const server = start(join(folder, 'never'), {
      DATABASE_URL: `postgresql://me:hidden-password@/none?host=${encodeURIComponent(missing)}`,
    });
    assert.equal(await server.exited, 3);
    assert.match(server.stderrLines().at(-1) ?? '', /^PostgreSQL at .* cannot be used: .*Check DATABASE_URL/);
    assert.doesNotMatch(server.stderr(), /hidden-password/);
  });
});

test('a request under way when the stop comes is answered, and the server still ends in time', async () => {
  const dataDir = join(folder, 'draining');
  const server = start(dataDir);
  const { url } = await server.ready();
  const underWay = request(`${url}/api/v1/tasks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.printedToken()}`,
      'content-type': 'application/json',
      expect: '100-continue',
    },
  });
  const answered = once(underWay, 'response') as Promise<[IncomingMessage]>;
  underWay.flushHeaders();
  // The interim response 100 shows that the server works on the request, although it does not have the body yet.
  await once(underWay, 'continue');

  const began = Date.now();
  const stopped = server.stop('SIGTERM');
  await waitFor('the stop to begin', () => server.stderr().includes('"stopping"'));
  underWay.end(JSON.stringify({ project_id: 1, title: 'finished while stopping' }));
  const [answer] = await answered;
  answer.resume();
  assert.equal(answer.statusCode, 201);
  assert.equal(await stopped, 0);
  assert.ok(Date.now() - began < 10 * SECONDS);
});
