import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { waitFor } from '../harness/wait-for.ts';
import type { Json } from './ask.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('the server itself', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
  });
  after(() => app[Symbol.asyncDispose]());
  const page = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(app.url + path, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('tells anybody whether it is well, and its parts to whoever has a token', async () => {
    assert.deepEqual((await app.withToken(undefined)('GET', '/api/v1/health')).body, { status: 'ok' });
    const { body } = await app.ask('GET', '/api/v1/health');
    assert.equal(body.parts?.database?.status, 'ok');
    assert.equal(body.parts?.deliveries?.oldest_waiting_seconds, 0);
  });

  it('is degraded while received webhooks wait too long, whatever integrations do', async () => {
    await using waiting = await startTestApplication({ ROLE: 'api' });
    await waiting.db
      .insertInto('deliveries')
      .values({
        integration_type: 'github',
        event: 'issues',
        delivery_guid: 'old',
        status: 'received',
        received_at: new Date(Date.now() - 120_000),
      })
      .execute();
    assert.deepEqual((await waiting.withToken(undefined)('GET', '/api/v1/health')).body, { status: 'degraded' });
  });

  it('shows what is due apart from what is parked, by queue, and the lanes of the caller alone', async () => {
    await using waiting = await startTestApplication({ ROLE: 'api' });
    const project = async (name: string): Promise<number> =>
      Number((await waiting.ask('POST', '/api/v1/projects', { body: { name } })).body.id);
    const [ours, theirs] = [await project('Ours'), await project('Theirs')];
    const job = (project_id: number, ageSeconds: number, job_type = 'github_import') => ({
      project_id,
      job_type,
      integration_id: project_id * 10,
      lane: `integration:${project_id * 10}`,
      actor: '{}',
      not_before: new Date(Date.now() - ageSeconds * 1000),
    });
    await waiting.db
      .insertInto('jobs')
      .values([job(ours, 8), job(ours, 7), job(ours, -600), job(theirs, 10), job(ours, 5, 'analysis_publication')])
      .execute();
    const ask = await waiting.as({ scopes: ['jobs:read'], project_id: ours });
    const { body } = await ask('GET', '/api/v1/health');
    assert.equal(String(body.status), 'ok');
    const { queues, lanes } = body.parts as unknown as { queues: Json[]; lanes: Json[] };
    const imports = queues.find(({ queue }) => String(queue) === 'imports');
    assert.deepEqual([imports?.status, imports?.waiting, imports?.parked], ['ok', 3, 1]);
    assert.ok(Number(imports?.oldest_waiting_seconds) >= 10);
    assert.deepEqual(
      lanes.map(({ oldest_waiting_seconds: _, ...lane }) => lane),
      [
        { queue: 'imports', project_id: ours, integration_id: ours * 10, waiting: 2, parked: 1 },
        { queue: 'publications', project_id: ours, integration_id: ours * 10, waiting: 1, parked: 0 },
      ],
    );
    const metrics = await (await fetch(`${waiting.url}/metrics`)).text();
    assert.match(metrics, /commandcenter_waiting\{queue="imports"\} 3/);
    assert.match(metrics, /commandcenter_parked\{queue="imports"\} 1/);
  });

  it('is degraded while work waits although nothing else of its project is under way, and not because of a backlog', async () => {
    await using waiting = await startTestApplication({ ROLE: 'api' });
    const at = new Date(Date.now() - 120_000);
    const job = { project_id: 1, job_type: 'github_import', lane: 'integration:1', actor: '{}', not_before: at };
    const running = { ...job, status: 'running', lease_owner: 'worker', lease_until: new Date(Date.now() + 600_000) };
    await waiting.db.insertInto('jobs').values([job, running]).execute();
    assert.equal((await waiting.ask('GET', '/api/v1/health')).body.status, 'ok');
    await waiting.db.deleteFrom('jobs').where('status', '=', 'running').execute();
    await waitFor('the server to say so', async () => {
      const { body } = await waiting.ask('GET', '/api/v1/health');
      return String(body.status) === 'degraded';
    });
  });

  it('answers probes', async () => {
    assert.equal((await page('/livez')).status, 200);
    assert.equal((await page('/readyz')).status, 200);
  });

  it('is not ready while no row can be written, although reads work', async () => {
    await using readOnly = await startTestApplication({ ROLE: 'api' });
    const readiness = async (): Promise<number> => (await fetch(`${readOnly.url}/readyz`)).status;
    assert.equal(await readiness(), 200);
    await readOnly.db.transaction().execute(async (lock) => {
      await sql`lock table storage_probes in exclusive mode`.execute(lock);
      await waitFor('the server to be not ready', async () => (await readiness()) === 503);
      assert.equal((await readOnly.ask('GET', '/api/v1/tasks')).status, 200);
      const health = await fetch(`${readOnly.url}/api/v1/health`);
      assert.deepEqual([health.status, await health.json()], [503, { status: 'down' }]);
    });
    await waitFor('the server to be ready again', async () => (await readiness()) === 200);
  });

  it('counts refused webhooks by cause, in readiness, health and metrics', async () => {
    await using other = await startTestApplication();
    const refused = await fetch(`${other.url}/api/v1/integrations/github/webhook`, { method: 'POST', body: '{}' });
    assert.equal(refused.status, 401);
    const expected = [{ cause: 'webhook.signature_missing', count: 1 }];
    const readiness = (await (await fetch(`${other.url}/readyz`)).json()) as { refused_last_hour: unknown };
    assert.deepEqual(readiness.refused_last_hour, expected);
    const { body } = await other.ask('GET', '/api/v1/health');
    assert.deepEqual(body.parts?.intake?.refused_last_hour, expected);
    const metrics = await (await fetch(`${other.url}/metrics`)).text();
    assert.match(metrics, /^commandcenter_webhook_refusals_total\{cause="webhook\.signature_missing"\} 1$/m);
  });

  it('shows the free space of the embedded database', async () => {
    const { body } = await app.ask('GET', '/api/v1/health');
    assert.ok(Number(body.parts?.storage?.free_bytes) > 0);
  });

  it('shows metrics to this machine, and to others only with the scope admin for all projects', async () => {
    const local = await page('/metrics');
    assert.match(local.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    for (const queue of ['deliveries', 'outbox', 'reads', 'imports', 'publications', 'analyses']) {
      for (const name of ['waiting', 'oldest_waiting_seconds', 'parked'])
        assert.match(local.text, new RegExp(`commandcenter_${name}\\{queue="${queue}"\\} \\d`));
    }
    assert.match(local.text, /commandcenter_http_request_duration_seconds_bucket/);
    // A request with this header came through a proxy on this machine, so it is not treated as local.
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    assert.equal((await page('/metrics', forwarded)).status, 401);
    const { body } = await app.ask('POST', '/api/v1/tokens', { body: { name: 'm', scopes: ['jobs:read'] } });
    assert.equal((await page('/metrics', { ...forwarded, authorization: `Bearer ${body.token}` })).status, 403);
    const bound = { name: 'm', scopes: ['admin'], project_id: 1 };
    const { body: ofProject } = await app.ask('POST', '/api/v1/tokens', { body: bound });
    const refused = await page('/metrics', { ...forwarded, authorization: `Bearer ${ofProject.token}` });
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [403, 'token.bound_to_project']);
    assert.equal((await page('/metrics', { ...forwarded, authorization: `Bearer ${ADMIN_TOKEN}` })).status, 200);
  });

  it('measures webhooks, which do not pass the framework, like all other requests', async () => {
    await fetch(`${app.url}/api/v1/integrations/github/webhook`, { method: 'POST', body: '{}' });
    const { text } = await page('/metrics');
    assert.match(text, /duration_seconds_count\{method="POST",route="[^"]*\/:target\/webhook",status="401"\} 1/);
  });

  it('links the API reference, health and documentation from its first page', async () => {
    const { status, text, headers } = await page('/');
    assert.equal(status, 200);
    for (const [, link] of text.matchAll(/href="([^"]+)"/g)) assert.equal((await page(link ?? '')).status, 200, link);
    for (const link of ['/docs', '/api/v1/health', '/openapi.json']) assert.ok(text.includes(`href="${link}"`), link);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; style-src 'sha256-/);
    assert.equal((await page('/documentation/../package.json')).status, 404);
    assert.equal((await page('/documentation/%2e%2e%2fpackage.json')).status, 404);
  });

  it('serves the API reference from itself alone, without inline scripts', async () => {
    const { text, headers } = await page('/docs');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self';/);
    assert.doesNotMatch(policy, /unsafe-eval|https?:/);
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)/g)];
    assert.equal(scripts.length, 2);
    for (const [, attributes = '', inline] of scripts) {
      assert.equal(inline, '');
      const source = /src="(\/[^"]+)"/.exec(attributes)?.[1] ?? '';
      const script = await page(source);
      assert.equal(script.status, 200);
      assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    }
  });

  it('serves the script of the API reference compressed where the client accepts that, and tells when it is unchanged', async () => {
    const compressed = await page('/docs/scalar.js', { 'accept-encoding': 'br, gzip' });
    assert.equal(compressed.headers.get('content-encoding'), 'gzip');
    for (const encoding of ['identity', 'gzip;q=0']) {
      const plain = await page('/docs/scalar.js', { 'accept-encoding': encoding });
      assert.equal(plain.headers.get('content-encoding'), null);
      assert.ok(plain.text === compressed.text, encoding);
    }
    assert.match(compressed.text, /createApiReference/);
    const etag = compressed.headers.get('etag') ?? '';
    assert.equal((await page('/docs/scalar.js', { 'if-none-match': etag })).status, 304);
  });
});

describe('a process serves by its ROLE', () => {
  it('api: the API, no webhooks', async () => {
    await using app = await startTestApplication({ ROLE: 'api' });
    assert.equal((await app.ask('GET', '/api/v1/tasks')).status, 200);
    assert.equal((await fetch(`${app.url}/api/v1/integrations/github/webhook`, { method: 'POST' })).status, 404);
  });

  for (const role of ['ingest', 'worker']) {
    it(`${role}: no API, but probes and metrics`, async () => {
      await using app = await startTestApplication({ ROLE: role });
      assert.equal((await fetch(`${app.url}/readyz`)).status, 200);
      assert.equal((await fetch(`${app.url}/metrics`)).status, 200);
      assert.equal((await fetch(`${app.url}/api/v1/tasks`)).status, 404);
      const webhook = await fetch(`${app.url}/api/v1/integrations/github/webhook`, { method: 'POST' });
      assert.equal(webhook.status, role === 'ingest' ? 401 : 404);
    });
  }
});
