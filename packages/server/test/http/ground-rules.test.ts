import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('every route', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
  });
  after(() => app[Symbol.asyncDispose]());

  it('says of broken JSON that it is broken, with 400', async () => {
    const { status, body } = await app.ask('POST', '/api/v1/projects', { body: '{"name": ' });
    assert.equal(status, 400);
    assert.equal(body.code, 'request.malformed_json');
  });

  it('says of a key that would reach into a prototype that it is the key', async () => {
    const { status, body } = await app.ask('POST', '/api/v1/projects', { body: '{"name":"P","__proto__":{"id":1}}' });
    assert.equal(status, 400);
    assert.match(String(body.detail), /"__proto__"/);
  });

  it('says of a missing body that one is needed', async () => {
    const { status, body } = await app.ask('POST', '/api/v1/projects');
    assert.equal(status, 400);
    assert.equal(body.code, 'request.body_missing');
  });

  it('returns 415 for what is not JSON', async () => {
    const headers = { 'content-type': 'text/xml' };
    const { status } = await app.ask('POST', '/api/v1/projects', { body: '<name/>', headers });
    assert.equal(status, 415);
  });

  it('returns 413 for more than it takes', async () => {
    const { status } = await app.ask('POST', '/api/v1/projects', { body: { name: 'x'.repeat(1_100_000) } });
    assert.equal(status, 413);
  });

  it('points at every wrong field, also at missing and unknown ones', async () => {
    const { status, body } = await app.ask('POST', '/api/v1/tasks', {
      body: { titel: 'x', project_id: '1', priority: 'urgent', due_date: '2026-02-30', labels: ['ok', 7] },
    });
    assert.equal(status, 422);
    const messages = Object.fromEntries(
      (body.errors as unknown as { pointer: string; message: string }[]).map(({ pointer, message }) => [
        pointer,
        message,
      ]),
    );
    assert.deepEqual(messages, {
      '/title': 'is missing',
      '/titel': 'is not a field here; did you mean "title"?',
      '/project_id': 'must be a whole number',
      '/priority': 'must be one of "high", "medium", "low"',
      '/due_date': 'must be a date such as 2026-01-31',
      '/labels/1': 'must be text',
    });
  });

  it('refuses text that cannot be stored, wherever it stands', async () => {
    for (const title of ['a\u0000b', 'half \ud800 a pair']) {
      const { status, body } = await app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, title } });
      assert.equal(status, 422);
      assert.equal(body.errors?.[0]?.pointer, '/title');
    }
    assert.equal((await app.ask('GET', '/api/v1/tasks?q=%00')).status, 422);
  });

  it('refuses deep nesting without a stack overflow: 422, or 413 beyond the limit of values', async () => {
    for (const [depth, expected] of [
      [4000, 422],
      [50_000, 413],
    ] as const) {
      const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      const { status } = await app.ask('POST', '/api/v1/projects', { body: `{"name": ${nested}}` });
      assert.equal(status, expected, String(depth));
    }
  });

  it('answers an id that can be nothing with 404', async () => {
    for (const id of ['0', '-1', 'abc', '1.5', '99999999999999999999', '%00']) {
      assert.equal((await app.ask('GET', `/api/v1/tasks/${id}`)).status, 404, id);
    }
  });

  it('says which methods a path takes', async () => {
    const { status, headers } = await app.ask('PUT', '/api/v1/tasks');
    assert.equal(status, 405);
    assert.equal(headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    const options = await app.ask('OPTIONS', '/api/v1/tasks');
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    assert.equal((await app.ask('HEAD', '/api/v1/tasks')).status, 200);
  });

  it('answers an unknown path with 404, whoever asks', async () => {
    assert.equal((await app.withToken(undefined)('GET', '/api/v1/nothing')).body.code, 'route.unknown');
  });

  it('answers what is not HTTP with a problem document too', async () => {
    const socket = net.connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.equal(JSON.parse(text.split('\r\n\r\n')[1] ?? '').code, 'request.malformed');
  });

  it('carries headers that keep browsers from framing, sniffing and keeping it', async () => {
    const { headers } = await app.ask('GET', '/api/v1/health');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('takes tokens by the Bearer scheme alone', async () => {
    const response = await fetch(`${app.url}/api/v1/projects`, { headers: { authorization: `token ${ADMIN_TOKEN}` } });
    assert.equal(response.status, 401);
    assert.equal(((await response.json()) as { code: string }).code, 'token.malformed');
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer /);
  });
});

describe('a list', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
    for (let number = 1; number <= 5; number += 1) {
      await app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, title: `Task ${number}`, priority: 'high' } });
    }
  });
  after(() => app[Symbol.asyncDispose]());

  it('is read page by page, and rows that are added meanwhile shift nothing', async () => {
    const titles: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await app.ask('GET', `/api/v1/tasks?limit=2${query}`);
      titles.push(...(body.items as unknown as { title: string }[]).map(({ title }) => title));
      cursor = body.next_cursor as unknown as string | null;
      await app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, title: 'Added meanwhile' } });
    } while (cursor !== null);
    assert.deepEqual(titles, ['Task 5', 'Task 4', 'Task 3', 'Task 2', 'Task 1']);
  });

  it('refuses a cursor that is made up, of another list, or of other filters', async () => {
    const { body } = await app.ask('GET', '/api/v1/tasks?limit=1&priority=high');
    const cursor = body.next_cursor as unknown as string;
    for (const path of [
      '/api/v1/tasks?cursor=AAAA',
      `/api/v1/tasks?cursor=${cursor}`,
      `/api/v1/jobs?cursor=${cursor}`,
      `/api/v1/tasks?priority=high&cursor=${cursor.slice(0, -2)}xx`,
    ]) {
      const response = await app.ask('GET', path);
      assert.equal(response.status, 422, path);
      assert.equal(response.body.errors?.[0]?.pointer, '/cursor');
    }
    assert.equal((await app.ask('GET', `/api/v1/tasks?priority=high&limit=9&cursor=${cursor}`)).status, 200);
  });

  it('takes limits from 1 to 200, and says which filter it does not know', async () => {
    assert.equal((await app.ask('GET', '/api/v1/tasks?limit=200')).status, 200);
    for (const limit of ['0', '201', 'many', '1.5']) {
      assert.equal((await app.ask('GET', `/api/v1/tasks?limit=${limit}`)).status, 422, limit);
    }
    const { body } = await app.ask('GET', '/api/v1/tasks?state=open');
    assert.equal(body.errors?.[0]?.pointer, '/state');
  });
});
