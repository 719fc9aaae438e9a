import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';

const issues = '/repos/acme/web/issues';

describe('conditional requests and limits', () => {
  let github: FakeGitHub;
  let call: Call;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-01-02T03:04:05Z');
    github = await startFakeGitHub({ clock: { now: () => new Date(now) }, rateLimit: 20 });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    github.state.addIssue({ repository: 'acme/web', title: 'A' });
    call = checkedClient(github, github.state.addToken({ login: 'acme' }));
  });
  afterEach(() => github.close());

  it('respond with 304 to an unchanged resource, without counting the request', async () => {
    const first = await call('GET', issues);
    const etag = first.headers.get('etag') ?? '';
    assert.equal(first.headers.get('x-ratelimit-remaining'), '19');
    const again = await call('GET', issues, undefined, { 'if-none-match': etag });
    assert.deepEqual([again.status, again.body], [304, null]);
    assert.equal(again.headers.get('x-ratelimit-remaining'), '19');
    github.state.editIssue({ repository: 'acme/web', number: 1, title: 'B' });
    const changed = await call('GET', issues, undefined, { 'if-none-match': etag });
    assert.deepEqual([changed.status, changed.headers.get('x-ratelimit-remaining')], [200, '18']);
  });

  it('refuse with 403 when the requests of an hour are used, until the reset', async () => {
    for (let count = 0; count < 20; count += 1) await call('GET', '/user');
    const refused = await call('GET', '/user');
    assert.equal(refused.status, 403);
    assert.match(String(refused.at('message')), /^API rate limit exceeded for user ID \d+/);
    assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
    assert.equal((await call('GET', '/rate_limit')).at('resources.core.remaining'), 0);
    now = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
    assert.equal((await call('GET', '/user')).status, 200);
  });

  it('can be exhausted by a test, for REST and for GraphQL, which reports it with 200', async () => {
    github.exhaustRateLimit({ resetInSeconds: 30 });
    github.exhaustRateLimit({ resetInSeconds: 30, resource: 'graphql' });
    const rest = await call('GET', '/user');
    assert.deepEqual([rest.status, rest.headers.get('x-ratelimit-reset')], [403, String(now / 1000 + 30)]);
    const graphql = await call('POST', '/graphql', { query: '{ viewer { login } }' });
    assert.deepEqual([graphql.status, graphql.at('errors.0.type')], [200, 'RATE_LIMITED']);
    assert.equal(graphql.headers.get('x-ratelimit-remaining'), '0');
    now += 30_000;
    assert.equal((await call('GET', '/user')).status, 200);
  });

  it('include secondary limits with 403 or 429, with or without Retry-After, for all or some requests', async () => {
    github.limitSecondary({ seconds: 7, status: 429, methods: ['POST'] });
    const refused = await call('POST', issues, { title: 'B' });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7']);
    assert.match(String(refused.at('message')), /secondary rate limit/);
    assert.equal((await call('GET', issues)).status, 200);
    github.clearFaults();
    github.limitSecondary({ seconds: 7, retryAfter: false });
    const silent = await call('GET', issues);
    assert.deepEqual([silent.status, silent.headers.get('retry-after')], [403, null]);
    now += 7000;
    assert.equal((await call('POST', issues, { title: 'B' })).status, 201);
  });
});
