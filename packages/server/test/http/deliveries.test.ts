import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRegistry } from '../../src/integrations/registry.ts';
import { waitFor } from '../harness/wait-for.ts';
import { trackerDefinition } from '../webhooks/tracker-integration.ts';
import { issueBody, type SentWebhook, signedRequest } from '../webhooks/webhook-fixture.ts';
import type { Json } from './ask.ts';
import { type Ask, startTestApplication, type TestApplication } from './test-application.ts';

const SECRET = 'a-webhook-secret-of-tests';

describe('received deliveries over HTTP', () => {
  let app: TestApplication;
  let integrationId: number;

  before(async () => {
    app = await startTestApplication({}, createRegistry([trackerDefinition]));
    integrationId = await addIntegration(1, SECRET);
  });
  after(() => app[Symbol.asyncDispose]());

  const addIntegration = async (projectId: unknown, secret: string): Promise<number> => {
    const { status, body } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: projectId,
        name: secret,
        integration_type: 'tracker',
        auth_type: 'token',
        config: { webhook_secret: secret },
      },
    });
    assert.equal(status, 201, JSON.stringify(body));
    return body.id as unknown as number;
  };
  const send = async (webhook: Omit<SentWebhook, 'to'>): Promise<{ status: number; body: Json }> => {
    const { headers, body } = signedRequest({ secret: SECRET, ...webhook });
    const init = { method: 'POST', headers: headers as Record<string, string>, body };
    const response = await fetch(`${app.url}/api/v1/integrations/tracker/webhook`, init);
    return { status: response.status, body: (await response.json()) as Json };
  };
  /** Sends a delivery and returns it when it has been processed. */
  const delivered = async (webhook: Omit<SentWebhook, 'to'>): Promise<Json> => {
    const { status, body } = await send(webhook);
    assert.equal(status, 202);
    return waitFor('the delivery to be worked off', async () => {
      const { body: delivery } = await app.ask('GET', `/api/v1/deliveries/${body.delivery_id}`);
      return String(delivery.status) !== 'received' && delivery;
    });
  };
  const replay = (delivery: Json, query = '', ask: Ask = app.ask) =>
    ask('POST', `/api/v1/deliveries/${delivery.id}/replay${query}`);
  const titles = async (): Promise<unknown[]> =>
    ((await app.ask('GET', '/api/v1/tasks')).body.items as unknown as Json[]).map(({ title }) => title);

  it('tell what they did, and are found by everything that a person knows of them', async () => {
    const delivery = await delivered({ body: issueBody({ id: 1, number: 12, title: 'Find me' }), guid: 'find-me' });
    assert.deepEqual(
      [delivery.status, delivery.event, delivery.action, delivery.attempts, delivery.integration_id],
      ['processed', 'issues', 'opened', 1, integrationId],
    );
    assert.equal(delivery.effects?.[0]?.kind, 'task_created');
    const soon = new Date(Date.now() + 60_000).toISOString();
    for (const query of ['status=processed', 'event=issues', 'action=opened', 'q=find-me', 'q=%2312', 'q=octo/hello']) {
      for (const list of ['/deliveries', `/integrations/${integrationId}/deliveries`]) {
        const { body } = await app.ask('GET', `/api/v1${list}?${query}&until=${soon}`);
        assert.deepEqual(
          (body.items as unknown as Json[]).map((item) => item.id),
          [delivery.id],
          `${list}?${query}`,
        );
      }
    }
    for (const query of ['status=failed', 'event=push', 'action=closed', `since=${soon}`, 'q=nothing', 'q=%25']) {
      assert.equal((await app.ask('GET', `/api/v1/deliveries?${query}`)).body.items?.length, 0, query);
    }
  });

  it('are replayed: what is done already is not done twice, what is gone is made again', async () => {
    const delivery = await delivered({ body: issueBody({ id: 2, number: 2, title: 'Once more' }) });
    const same = await replay(delivery);
    assert.equal(same.status, 200);
    assert.deepEqual(
      [same.body.dry_run, same.body.status, same.body.effects?.[0]?.kind],
      [false, 'processed', 'task_unchanged'],
    );
    assert.equal((await titles()).filter((title) => title === 'Once more').length, 1);
    assert.equal((await app.ask('GET', `/api/v1/deliveries/${delivery.id}`)).body.attempts, 2);
  });

  it('say what would happen when they are replayed dry, and nothing happens', async () => {
    const delivery = await delivered({ body: issueBody({ id: 3, number: 3, title: 'Dry' }) });
    await app.db.deleteFrom('links').where('external_id', '=', '3').execute();
    await app.db.deleteFrom('tasks').where('title', '=', 'Dry').execute();
    const { status, body } = await replay(delivery, '?dry_run=true');
    assert.deepEqual([status, body.dry_run, body.effects?.[0]?.kind], [200, true, 'task_created']);
    assert.ok(!(await titles()).includes('Dry'));
    assert.deepEqual((await app.ask('GET', `/api/v1/deliveries/${delivery.id}`)).body, delivery);
    assert.equal((await replay(delivery)).body.effects?.[0]?.kind, 'task_created');
    assert.ok((await titles()).includes('Dry'));
    assert.equal((await replay(delivery, '?dry_run=perhaps')).status, 422);
  });

  it('fails deliveries that could not be read, with the reason, and replays them', async () => {
    const delivery = await delivered({ body: '{"action":"opened"}' });
    assert.equal(delivery.status, 'failed');
    assert.match(String(delivery.reason), /no issue or no repository/);
    const { status, body } = await replay(delivery);
    assert.deepEqual([status, body.status, body.effects], [200, 'failed', []]);
  });

  it('shows deliveries whose body is past retention, and returns 410 for their replay', async () => {
    const delivery = await delivered({ body: issueBody({ id: 4, number: 4, title: 'Old' }) });
    await app.db.deleteFrom('delivery_bodies').execute();
    assert.equal((await app.ask('GET', `/api/v1/deliveries/${delivery.id}`)).status, 200);
    for (const query of ['', '?dry_run=true']) {
      const { status, body } = await replay(delivery, query);
      assert.deepEqual([status, body.code], [410, 'delivery.body_gone'], query);
      assert.match(String(body.detail), /RETENTION_DELIVERIES_DAYS/);
    }
  });

  it('shows requests that did not verify, and returns 409 for their replay', async () => {
    assert.equal((await send({ secret: 'wrong', guid: 'unverified' })).status, 401);
    const attempt = await waitFor('the attempt', async () => {
      const { body } = await app.ask('GET', '/api/v1/deliveries?status=rejected&q=unverified');
      return body.items?.[0];
    });
    const { status, body } = await replay(attempt);
    assert.deepEqual([status, body.code], [409, 'delivery.rejected']);
  });

  it('assigns no integration to a request for an integration that does not exist', async () => {
    const newest = async () => (await app.ask('GET', '/api/v1/deliveries?status=rejected&limit=1')).body.items?.[0];
    for (const id of ['0', '999999999999999']) {
      const before = await newest();
      const url = `${app.url}/api/v1/integrations/${id}/webhook`;
      assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401);
      const attempt = await waitFor('the attempt', async () => {
        const last = await newest();
        return last?.id !== before?.id && last;
      });
      assert.equal(attempt.integration_id, null);
    }
  });

  it("are nobody's but the project's: 404 elsewhere, 403 without the scope", async () => {
    const delivery = await delivered({ body: issueBody({ id: 5, number: 5, title: 'Mine' }) });
    const { body: project } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Another' } });
    const projectId = project.id as unknown as number;
    const other = await app.as({ scopes: ['deliveries:read', 'deliveries:replay'], project_id: projectId });
    for (const query of ['', '?dry_run=true']) assert.equal((await replay(delivery, query, other)).status, 404);
    assert.equal((await other('GET', `/api/v1/deliveries/${delivery.id}`)).status, 404);
    assert.deepEqual((await other('GET', '/api/v1/deliveries')).body.items, []);
    assert.equal((await other('GET', `/api/v1/integrations/${integrationId}/deliveries`)).status, 404);
    const reader = await app.as({ scopes: ['deliveries:read'], project_id: 1 });
    assert.equal((await reader('GET', `/api/v1/deliveries/${delivery.id}`)).status, 200);
    const refused = await replay(delivery, '?dry_run=true', reader);
    assert.equal(refused.status, 403);
    assert.match(String(refused.body.detail), /deliveries:replay/);
    assert.equal((await app.ask('POST', '/api/v1/deliveries/999999/replay')).status, 404);
  });

  it('are held while the integration is disabled, not replayed (409), and worked off when it is enabled', async () => {
    const id = await addIntegration(1, 'secret-of-held-deliveries');
    await app.ask('PATCH', `/api/v1/integrations/${id}`, { body: { enabled: false } });
    // Use a separate repository, because the first integration follows the one of the other tests.
    const body = issueBody({ id: 6, number: 6, title: 'Held' }, 'octo/held');
    const held = await delivered({ secret: 'secret-of-held-deliveries', body });
    assert.equal(held.status, 'held');
    const refused = await replay(held);
    assert.deepEqual([refused.status, refused.body.code], [409, 'delivery.held']);
    await app.ask('PATCH', `/api/v1/integrations/${id}`, { body: { enabled: true, status: 'active' } });
    await waitFor('the task', async () => (await titles()).includes('Held'));
  });
});
