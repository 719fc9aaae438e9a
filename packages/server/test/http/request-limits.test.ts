import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { lockTasks } from './database-lock.ts';
import { type Ask, startTestApplication, type TestApplication } from './test-application.ts';

describe('requests of one token at a time', () => {
  /** Size of the API's pool of database connections. Requests of one token may use four fifths of it at a time, which is `MOST`. */
  const CONNECTIONS = 5;
  const MOST = 4;
  let app: TestApplication;
  let token: string;
  let ask: Ask;
  let others: Ask;

  before(async () => {
    app = await startTestApplication({ DATABASE_POOL_API: String(CONNECTIONS) }, undefined, {
      apiStatementTimeoutMs: 120_000,
      requestWaitMs: 50,
    });
    const scopes = ['tasks:read', 'jobs:read'];
    const { body } = await app.ask('POST', '/api/v1/tokens', { body: { name: 'reader', scopes } });
    token = String(body.token);
    ask = app.withToken(token);
    others = await app.as({ scopes: ['tasks:read'] });
  });
  after(() => app[Symbol.asyncDispose]());

  const listTasks = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${app.url}/api/v1/tasks`, {
      headers: { authorization: `Bearer ${token}` },
      ...(signal === undefined ? {} : { signal }),
    });
  /** Sends a request that does not read the locked table. */
  const listProjects = (by: Ask) => by('GET', '/api/v1/projects');

  it('are limited, so that connections are left for other tokens', async () => {
    await using lock = await lockTasks(app.db);
    const lists = Array.from({ length: MOST }, () => listTasks());
    await lock.waiting(MOST);
    const refused = await listProjects(ask);
    assert.deepEqual([refused.status, refused.body.code], [429, 'token.requests_in_flight']);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.match(String(refused.body.detail), /^4 requests of this token are under way.*DATABASE_POOL_API/);
    assert.equal((await listProjects(others)).status, 200);
    await lock.release();
    for (const list of lists) assert.equal((await list).status, 200);
    assert.equal((await listProjects(ask)).status, 200);
  });

  it('count until their statements have ended, also when their callers have gone', async () => {
    await using lock = await lockTasks(app.db);
    const gone = new AbortController();
    const lists = Array.from({ length: MOST }, () => listTasks(gone.signal));
    await lock.waiting(MOST);
    gone.abort();
    for (const list of lists) await assert.rejects(list);
    for (let attempt = 0; attempt < 20; attempt += 1) assert.equal((await listProjects(ask)).status, 429);
    await lock.release();
    await lock.waiting(0);

    await using again = await lockTasks(app.db);
    const most: Promise<Response>[] = [];
    // Start the requests one by one. Each needs one of the places that the requests of the first round had, so this fails if a place was
    // not freed.
    for (let count = 1; count <= MOST; count += 1) {
      most.push(listTasks());
      await again.waiting(count);
    }
    await again.release();
    for (const list of most) assert.equal((await list).status, 200);
  });

  it('wait for their turn when they do not fit at once', async () => {
    await using patient = await startTestApplication({ DATABASE_POOL_API: String(CONNECTIONS) });
    const reader = await patient.as({ scopes: ['tasks:read'] });
    const answers = await Promise.all(Array.from({ length: 100 }, () => reader('GET', '/api/v1/tasks')));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  });

  it('do not include streams, which stay open', async () => {
    const [job] = await app.db
      .insertInto('jobs')
      .values({ project_id: 1, job_type: 'none', lane: 'none', actor: '{}' })
      .returning('id')
      .execute();
    const ending = new AbortController();
    const streams = await Promise.all(
      Array.from({ length: MOST + 1 }, () =>
        fetch(`${app.url}/api/v1/jobs/${job?.id}/events`, {
          headers: { authorization: `Bearer ${token}` },
          signal: ending.signal,
        }),
      ),
    );
    assert.deepEqual(new Set(streams.map(({ status }) => status)), new Set([200]));
    assert.equal((await listProjects(ask)).status, 200);
    ending.abort();
  });
});

it('ends a request whose statement takes too long with 503 and how to ask for less', async () => {
  await using app = await startTestApplication({}, undefined, { apiStatementTimeoutMs: 200 });
  await using lock = await lockTasks(app.db);
  const { status, headers, body } = await app.ask('GET', '/api/v1/tasks');
  assert.deepEqual([status, body.code], [503, 'database.time_limit']);
  assert.equal(headers.get('retry-after'), '2');
  assert.match(String(body.detail), /Narrow a list or a search/);
  await lock.release();
  assert.equal((await app.ask('GET', '/api/v1/tasks')).status, 200);
});
