import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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

  it('answers probes', async () => {
    assert.equal((await page('/livez')).status, 200);
    assert.equal((await page('/readyz')).status, 200);
  });

  it('shows metrics to this machine, and to others only with the scope admin', async () => {
    const local = await page('/metrics');
    assert.match(local.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(local.text, /commandcenter_waiting\{queue="deliveries"\} 0/);
    assert.match(local.text, /commandcenter_http_request_duration_seconds_bucket/);
    // A proxy on this machine hands on what comes from elsewhere.
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    assert.equal((await page('/metrics', forwarded)).status, 401);
    const { body } = await app.ask('POST', '/api/v1/tokens', { body: { name: 'm', scopes: ['jobs:read'] } });
    assert.equal((await page('/metrics', { ...forwarded, authorization: `Bearer ${body.token}` })).status, 403);
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
    const scalar = await page('/docs/scalar.js');
    assert.equal((await page('/docs/scalar.js', { 'if-none-match': scalar.headers.get('etag') ?? '' })).status, 304);
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
