import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('Idempotency-Key', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
  });
  after(() => app[Symbol.asyncDispose]());

  const make = (key: string, title: string, ask = app.ask) =>
    ask('POST', '/api/v1/tasks', { body: { project_id: 1, title }, headers: { 'idempotency-key': key } });
  const count = async (title: string): Promise<number> =>
    (await app.db.selectFrom('tasks').select('id').where('title', '=', title).execute()).length;

  it('gives the same request the same answer and makes one thing', async () => {
    const first = await make('a', 'Once');
    const second = await make('a', 'Once');
    assert.equal(first.status, 201);
    assert.deepEqual([second.status, second.body], [201, first.body]);
    assert.equal(second.headers.get('location'), first.headers.get('location'));
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    assert.equal(await count('Once'), 1);
  });

  it('refuses the key of another request', async () => {
    await make('b', 'One thing');
    const { status, body } = await make('b', 'Another thing');
    assert.equal(status, 422);
    assert.equal(body.code, 'idempotency.key_reused');
  });

  it('makes one thing of requests that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => make('c', 'At once')));
    assert.equal(await count('At once'), 1);
    const statuses = new Set(answers.map(({ status }) => status));
    assert.ok(statuses.has(201));
    for (const status of statuses) assert.ok(status === 201 || status === 409, String(status));
  });

  it('belongs to who used it', async () => {
    const other = await app.as({ scopes: ['tasks:write'] });
    await make('d', 'Mine');
    assert.equal((await make('d', 'Theirs', other)).status, 201);
  });

  it('is free again after a refusal', async () => {
    const refused = await app.ask('POST', '/api/v1/tasks', {
      body: { project_id: 999, title: 'x' },
      headers: { 'idempotency-key': 'e' },
    });
    assert.equal(refused.status, 404);
    assert.equal((await make('e', 'After the refusal')).status, 201);
  });

  it('is forgotten after 24 hours', async () => {
    await make('f', 'Yesterday');
    await app.db
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(Date.now() - 25 * 3_600_000) })
      .where('key', '=', 'f')
      .execute();
    assert.equal((await make('f', 'Today')).status, 201);
  });

  it('says of a request that was cut off that nobody knows its end', async () => {
    await make('g', 'Cut off');
    await app.db
      .updateTable('idempotency_keys')
      .set({ status: null, response: null, created_at: new Date(Date.now() - 120_000) })
      .where('key', '=', 'g')
      .execute();
    const { status, body } = await make('g', 'Cut off');
    assert.equal(status, 409);
    assert.equal(body.code, 'idempotency.answer_lost');
  });

  it('keeps a token only encrypted, and still repeats it', async () => {
    const request = {
      body: { name: 'kept', scopes: ['tasks:read'] },
      headers: { 'idempotency-key': 'h' },
    };
    const first = await app.ask('POST', '/api/v1/tokens', request);
    const second = await app.ask('POST', '/api/v1/tokens', request);
    assert.deepEqual(second.body, first.body);
    const kept = await app.db
      .selectFrom('idempotency_keys')
      .select('response')
      .where('key', '=', 'h')
      .executeTakeFirst();
    assert.doesNotMatch(JSON.stringify(kept), /cct_/);
  });

  it('must be a key', async () => {
    const { status, body } = await make('a key', 'x');
    assert.equal(status, 422);
    assert.equal(body.errors?.[0]?.pointer, '/Idempotency-Key');
  });
});
