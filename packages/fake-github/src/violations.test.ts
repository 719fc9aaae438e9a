import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { githubDescription } from './openapi/description.ts';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';

const issues = '/repos/acme/web/issues';

describe('a violation is recorded for', () => {
  let github: FakeGitHub;
  let call: Call;
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    github = await startFakeGitHub({ clock: { now: () => new Date(now) } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    call = checkedClient(github, github.state.addToken({ login: 'acme' }));
  });
  afterEach(() => github.close());

  const arrived = async (count: number): Promise<void> => {
    while (github.requests.count() < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const kinds = (): string[] => github.violations.map((violation) => violation.kind);

  it('two concurrent writes of one token, but not for reads or writes of two tokens', async () => {
    const other = checkedClient(github, github.state.addToken({ login: 'acme' }));
    const gate = Promise.withResolvers<void>();
    github.fault({ kind: 'delay', until: gate.promise, times: 3 });
    const held = [call('GET', issues), call('GET', issues), other('POST', issues, { title: 'A' })];
    await arrived(3);
    await call('POST', issues, { title: 'B' });
    assert.deepEqual(kinds(), []);
    gate.resolve();
    await Promise.all(held);
    const second = Promise.withResolvers<void>();
    github.fault({ kind: 'delay', until: second.promise });
    const write = call('POST', issues, { title: 'C' });
    await arrived(5);
    await call('PATCH', `${issues}/1`, { title: 'D' });
    // The fake GitHub records two concurrent writes only a moment later, because the client might have just aborted the delayed one.
    while (kinds().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(kinds(), ['concurrent_write']);
    second.resolve();
    await write;
  });

  it('no write after one that the client aborted', async () => {
    github.fault({ kind: 'hang' });
    const controller = new AbortController();
    const headers = { authorization: `Bearer ${github.state.addToken({ login: 'acme', token: 'ghp_same' })}` };
    const held = fetch(`${github.url}${issues}`, { method: 'POST', headers, signal: controller.signal });
    await arrived(1);
    controller.abort();
    await assert.rejects(held);
    await checkedClient(github, 'ghp_same')('POST', issues, { title: 'B' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(!kinds().includes('concurrent_write'));
  });

  it('requests during a requested wait, including reads, but not after it', async () => {
    const wait = { kind: 'status', status: 429, headers: { 'retry-after': '60' } } as const;
    github.fault(wait);
    await call('GET', '/user');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('GET', '/user');
    assert.deepEqual(kinds(), ['request_during_wait']);
    github.resetViolations();
    now += 60_000;
    await call('GET', '/user');
    assert.deepEqual(kinds(), []);
  });

  it('requests before the reset of an exhausted limit', async () => {
    github.exhaustRateLimit({ resetInSeconds: 60 });
    await call('GET', '/user');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('GET', '/user');
    assert.deepEqual(kinds(), ['request_during_wait']);
  });

  it('GraphQL requests after GraphQL’s limit was reached, but not for REST requests', async () => {
    github.exhaustRateLimit({ resetInSeconds: 60, resource: 'graphql' });
    const query = { query: '{ viewer { login } }' };
    await call('POST', '/graphql', query);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('GET', '/user');
    assert.deepEqual(kinds(), []);
    await call('POST', '/graphql', query);
    assert.deepEqual(kinds(), ['request_during_wait']);
  });

  it('missing headers and a token in the URL', async () => {
    await fetch(`${github.url}/users/acme?access_token=abc`, { headers: { 'user-agent': 'octokit' } });
    assert.deepEqual(kinds(), [
      'missing_header',
      'missing_header',
      'missing_header',
      'token_in_url',
      'undocumented_query',
    ]);
  });

  it('routes, query parameters and fields that GitHub does not document', async () => {
    assert.equal((await call('GET', '/repos/acme/web/nothing')).status, 404);
    await call('GET', `${issues}?stat=open`);
    await call('GET', `${issues}?state=closd`);
    await call('GET', `${issues}?per_page=many`);
    await call('POST', issues, { title: 'A', priority: 'high' });
    await call('PATCH', `${issues}/1`, { state: 'done' });
    assert.deepEqual(kinds(), [
      'unknown_route',
      'undocumented_query',
      'invalid_query',
      'invalid_query',
      'undocumented_field',
      'invalid_body',
    ]);
  });

  it('no undocumented request if the checks are switched off', async () => {
    await using quick = await startFakeGitHub({ checks: false });
    await checkedClient(quick, null)('GET', '/nothing?at=all');
    assert.deepEqual(quick.violations, []);
  });

  it('webhook payloads with missing fields', () => {
    const check = githubDescription().webhook('issues', 'opened');
    assert.equal(check?.({ action: 'opened' }), false);
    assert.equal(githubDescription().webhook('issues', 'exploded'), null);
  });
});
