import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BaseIntegration,
  type Credentials,
  credentialsFromToken,
  embedCreateMarker,
  errorForStatus,
  fitBesideCreateMarker,
  IntegrationAuthError,
  IntegrationError,
  IntegrationRateLimitError,
  OAuthIntegration,
  requestOAuthToken,
  retryAfterMs,
  stripCreateMarker,
} from './index.ts';
import { createMemoryContext } from './testing/memory-context.ts';

const now = new Date('2026-01-01T00:00:00Z');
const clock = { now: () => now };

describe('a create marker', () => {
  const marker = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', mac: 'ab'.repeat(32) };

  it('can be read from the text that it was embedded in', () => {
    for (const body of ['', 'Text', 'a\n\nb\n', '- [ ] task']) {
      assert.deepEqual(stripCreateMarker(embedCreateMarker(body, marker)), { body: body.trim(), marker });
    }
  });

  it('is found after an editor changed white space and case around it', () => {
    const text = `Text\r\n<!--commandcenter:${marker.id.toUpperCase()}:${marker.mac}-->\r\nmore`;
    assert.deepEqual(stripCreateMarker(text), { body: 'Text\r\nmore', marker });
  });

  it('leaves the longest beginning of the text that fits beside it', () => {
    const longest = embedCreateMarker('🌈'.repeat(10), marker).length - 10;
    assert.equal(fitBesideCreateMarker('🌈'.repeat(10), marker, longest), '🌈'.repeat(10));
    assert.equal(fitBesideCreateMarker('🌈'.repeat(11), marker, longest), '🌈'.repeat(10));
    assert.equal(fitBesideCreateMarker('123456789 1', marker, longest), '123456789');
    assert.equal(fitBesideCreateMarker('Text', marker, 5), '');
    assert.equal(fitBesideCreateMarker('Text', marker, Infinity), 'Text');
  });

  it('is the last one of several, and a text without one stays unchanged', () => {
    const other = { id: '00000000-0000-4000-8000-000000000000', mac: 'cd'.repeat(32) };
    assert.deepEqual(stripCreateMarker(embedCreateMarker(embedCreateMarker('x', other), marker)), {
      body: 'x',
      marker,
    });
    assert.deepEqual(stripCreateMarker('  <!-- commandcenter:nonsense -->  '), {
      body: '  <!-- commandcenter:nonsense -->  ',
    });
  });
});

describe('an access token', () => {
  class Renewing extends BaseIntegration {
    renewals = 0;
    protected override async renewCredentials(current: Credentials): Promise<Credentials> {
      this.renewals += 1;
      return { ...current, accessToken: `fresh-${this.renewals}`, expiresAt: '2026-01-01T01:00:00Z' };
    }
  }

  it('is renewed before it expires, once for all concurrent callers', async () => {
    const context = createMemoryContext({
      clock,
      credentials: { accessToken: 'old', expiresAt: '2026-01-01T00:00:30Z' },
    });
    const integration = new Renewing(context);
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => integration.getAccessToken())), [
      'fresh-1',
      'fresh-1',
      'fresh-1',
    ]);
    assert.equal(await integration.getAccessToken(), 'fresh-1');
    await integration.refreshToken();
    assert.equal(await integration.getAccessToken(), 'fresh-2');
  });

  it('throws an auth error if it is missing or cannot be renewed', async () => {
    const without = new BaseIntegration(createMemoryContext());
    await assert.rejects(without.getAccessToken(), IntegrationAuthError);
    await without.setAccessToken('t', { expiresAt: '2020-01-01T00:00:00Z' });
    await assert.rejects(without.getAccessToken(), { code: 'integration.token_ended' });
    await without.setAccessToken('forever');
    assert.equal(await without.getAccessToken(), 'forever');
  });

  it('is renewed with the refresh token in OAuth integrations, and the new refresh token is stored', async () => {
    class Service extends OAuthIntegration {
      override getOAuthAuthorizeUrl = () => '';
      override exchangeCodeForToken = async () => ({});
      protected override get tokenUrl() {
        return 'https://service.example/token';
      }
    }
    const sent: string[] = [];
    const context = createMemoryContext({
      clock,
      record: { config: { client_id: 'id' } },
      credentials: { accessToken: 'old', refreshToken: 'r0', clientSecret: 's', expiresAt: '2026-01-01T00:00:00Z' },
      fetch: async (_url, init) => {
        sent.push(String(init?.body));
        return Response.json({ access_token: 'new', refresh_token: 'r1', expires_in: 3600 });
      },
    });
    const integration = new Service(context);
    await integration.load();
    assert.equal(await integration.getAccessToken(), 'new');
    assert.deepEqual(sent, ['grant_type=refresh_token&refresh_token=r0&client_id=id&client_secret=s']);
    const stored = await context.credentials.get();
    assert.deepEqual(
      [stored.refreshToken, stored.expiresAt, stored.clientSecret],
      ['r1', '2026-01-01T01:00:00.000Z', 's'],
    );
  });
});

describe('a token endpoint', () => {
  const requestToken = (response: Response) =>
    requestOAuthToken(createMemoryContext({ fetch: async () => response }), 'https://x.example', {
      grant_type: 'refresh_token',
    });

  it('causes an auth error when it refuses, by status or with 200 and an error as GitHub does', async () => {
    await assert.rejects(
      requestToken(Response.json({ error: 'invalid_grant' }, { status: 400 })),
      IntegrationAuthError,
    );
    await assert.rejects(requestToken(Response.json({ error: 'bad_refresh_token' })), IntegrationAuthError);
  });

  it('causes an error of class outage when its response is unreadable', async () => {
    await assert.rejects(requestToken(new Response('<html>')), { class: 'outage' });
    await assert.rejects(requestToken(new Response('', { status: 503 })), { class: 'outage' });
  });

  it('may omit the expiry, and then the old expiry is removed', () => {
    const merged = credentialsFromToken(
      { accessToken: 'a', refreshToken: 'r', expiresAt: 'x' },
      { access_token: 'b' },
      now,
    );
    assert.deepEqual(merged, { accessToken: 'b', refreshToken: 'r' });
  });
});

describe('errors', () => {
  it('have the class of their cause unless they name one', () => {
    const cause = new IntegrationAuthError('no');
    assert.equal(new IntegrationError('failed', { cause }).class, 'auth');
    assert.equal(new IntegrationError('failed', { cause, class: 'outage' }).class, 'outage');
    assert.equal(new IntegrationError('failed').class, 'bug');
  });

  it('get their class from the HTTP status', () => {
    const classOf = (status: number) => errorForStatus(new Response(null, { status }), 'It', now).class;
    assert.deepEqual([401, 403, 404, 410, 422, 429, 500].map(classOf), [
      'auth',
      'permission',
      'not_found',
      'not_found',
      'validation',
      'rate_limit',
      'outage',
    ]);
    const limited = errorForStatus(new Response(null, { status: 429, headers: { 'retry-after': '7' } }), 'It', now);
    assert.ok(limited instanceof IntegrationRateLimitError);
    assert.equal(limited.retryAt.toISOString(), '2026-01-01T00:00:07.000Z');
  });

  it('take the wait from Retry-After, in seconds or as a date', () => {
    assert.equal(retryAfterMs('3', now), 3000);
    assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000);
    assert.equal(retryAfterMs('soon', now), null);
    assert.equal(retryAfterMs(null, now), null);
  });
});
