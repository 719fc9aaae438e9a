import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRegistry } from '../../src/integrations/registry.ts';
import { waitFor } from '../harness/wait-for.ts';
import { lockTasks, type TableLock } from '../http/database-lock.ts';
import { startTestApplication, type TestApplication } from '../http/test-application.ts';
import { trackerDefinition } from './tracker-integration.ts';
import { type SentWebhook, signedRequest } from './webhook-fixture.ts';

describe('webhook intake while readers use all connections of the API', () => {
  const CONNECTIONS = 4;
  const TOKENS = 3;
  const SECRET = 'the-webhook-secret-of-a-tracker';
  let app: TestApplication;
  let lock: TableLock;
  let lists: Promise<unknown>[];

  before(async () => {
    app = await startTestApplication({ DATABASE_POOL_API: String(CONNECTIONS) }, createRegistry([trackerDefinition]), {
      apiStatementTimeoutMs: 120_000,
    });
    const config = { webhook_secret: SECRET };
    const body = { project_id: 1, name: 'Tracker', integration_type: 'tracker', auth_type: 'token', config };
    assert.equal((await app.ask('POST', '/api/v1/integrations', { body })).status, 201);
    const readers = await Promise.all(Array.from({ length: TOKENS }, () => app.as({ scopes: ['tasks:read'] })));
    lock = await lockTasks(app.db);
    // Send three requests with each token, which is more than the API has database connections.
    lists = readers.flatMap((reader) => Array.from({ length: 3 }, () => reader('GET', '/api/v1/tasks?q=anything')));
    await lock.waiting(CONNECTIONS);
  });
  after(async () => {
    await lock.release();
    await Promise.allSettled(lists);
    await app[Symbol.asyncDispose]();
  });

  const send = async (webhook: Omit<SentWebhook, 'to'>): Promise<number> => {
    const { headers, body } = signedRequest({ secret: SECRET, ...webhook });
    const init = { method: 'POST', headers: headers as Record<string, string>, body };
    return (await fetch(`${app.url}/api/v1/integrations/tracker/webhook`, init)).status;
  };
  const statusOf = async (guid: string): Promise<string | undefined> =>
    (await app.db.selectFrom('deliveries').select('status').where('delivery_guid', '=', guid).executeTakeFirst())
      ?.status;

  it('stores and acknowledges deliveries', async () => {
    for (const guid of ['one', 'two', 'three']) {
      assert.equal(await send({ guid }), 202);
      assert.equal(await statusOf(guid), 'received');
    }
    await lock.waiting(CONNECTIONS);
  });

  it('records what it refuses', async () => {
    assert.equal(await send({ secret: 'wrong', guid: 'wrong' }), 401);
    assert.equal(await waitFor('the rejected attempt', () => statusOf('wrong')), 'rejected');
    await lock.waiting(CONNECTIONS);
  });

  it('learns of a secret that was added meanwhile', async () => {
    const [integration] = await app.db.selectFrom('integrations').select('id').execute();
    const [known] = await app.db.selectFrom('webhook_secrets').selectAll().execute();
    assert.ok(integration !== undefined && known !== undefined);
    const fingerprint = Buffer.alloc(known.fingerprint.length, 1);
    // Store the same secret under another fingerprint, which makes it one that this process has not read yet.
    await app.db.deleteFrom('webhook_secrets').execute();
    await app.db
      .insertInto('webhook_secrets')
      .values({ integration_id: integration.id, jwe: known.jwe, fingerprint, valid_until: null })
      .execute();
    assert.equal(await send({ guid: 'with the new secret' }), 202);
    await lock.waiting(CONNECTIONS);
  });

  it('is ready', async () => {
    const response = await fetch(`${app.url}/readyz`);
    const { status } = (await response.json()) as { status: string };
    assert.deepEqual([response.status, status], [200, 'ready']);
    await lock.waiting(CONNECTIONS);
  });
});
