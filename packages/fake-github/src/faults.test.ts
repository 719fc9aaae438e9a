import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';

const issues = '/repos/acme/web/issues';
const headers = {
  'user-agent': 'commandcenter/0.0.0',
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
};

describe('faults', () => {
  let github: FakeGitHub;
  let call: Call;
  let token: string;

  beforeEach(async () => {
    github = await startFakeGitHub();
    github.state.addRepository({ owner: 'acme', name: 'web' });
    token = github.state.addToken({ login: 'acme' });
    call = checkedClient(github, token);
  });
  afterEach(() => github.close());

  const post = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${github.url}${issues}`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}` },
      body: JSON.stringify({ title: 'A' }),
      ...(signal === undefined ? {} : { signal }),
    });
  /** Sends the request that creates an issue, and aborts it as soon as the condition is true. */
  const giveUp = async (condition: () => boolean): Promise<void> => {
    const controller = new AbortController();
    const rejected = assert.rejects(post(controller.signal), { name: 'AbortError' });
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await rejected;
  };
  const count = (): number => github.state.issues('acme/web').length;

  it('of kind status affect only matching requests, the given number of times, and execute nothing', async () => {
    const fault = github.fault({
      kind: 'status',
      method: 'POST',
      path: /\/issues$/,
      status: 502,
      headers: { 'Retry-After': '0' },
      body: '<html>Bad gateway</html>',
      times: 2,
    });
    assert.equal((await call('GET', issues)).status, 200);
    const first = await post();
    assert.deepEqual([first.status, first.headers.get('retry-after')], [502, '0']);
    assert.equal(await first.text(), '<html>Bad gateway</html>');
    await (await post()).text();
    assert.deepEqual([fault.hits, count()], [2, 0]);
    assert.equal((await post()).status, 201);
  });

  it('can skip some requests first', async () => {
    github.fault({ kind: 'status', skip: 1 });
    assert.equal((await call('GET', '/user')).status, 200);
    assert.equal((await call('GET', '/user')).status, 500);
    assert.equal((await call('GET', '/user')).status, 200);
  });

  it('of kind reset_before execute nothing, and of kind reset execute the request', async () => {
    github.fault({ kind: 'reset_before' });
    await assert.rejects(post());
    assert.equal(count(), 0);
    github.fault({ kind: 'reset' });
    await assert.rejects(post());
    assert.equal(count(), 1);
  });

  it('of kind hang execute nothing, and of kind timeout_after_write execute the request', async () => {
    github.fault({ kind: 'hang' });
    await giveUp(() => github.requests.count() === 1);
    assert.equal(count(), 0);
    github.fault({ kind: 'timeout_after_write' });
    await giveUp(() => count() === 1);
    assert.equal((await post()).status, 201);
    assert.deepEqual(github.violations, []);
  });

  it('of kind truncate end the body in the middle', async () => {
    github.fault({ kind: 'truncate' });
    await assert.rejects(async () => (await post()).text());
    assert.equal(count(), 1);
  });

  it('include being down, which refuses connections until up serves the same data on the same port', async () => {
    await post();
    await github.down();
    await assert.rejects(post(), (error: TypeError) => {
      assert.equal((error.cause as { code?: string }).code, 'ECONNREFUSED');
      return true;
    });
    await github.up();
    assert.equal((await call('GET', issues)).at('length'), 1);
  });

  it('include an outage, which gives every request the same status until it is cleared', async () => {
    const outage = github.outage(503);
    assert.equal((await call('GET', '/user')).status, 503);
    assert.equal((await call('GET', issues)).status, 503);
    outage.clear();
    assert.equal((await call('GET', '/user')).status, 200);
    assert.equal(outage.hits, 2);
  });

  it('appear in the request log with the status of the response', async () => {
    await call('GET', `${issues}?state=all`);
    await call('POST', issues, { title: 'A' });
    const [read, write] = github.requests.all();
    assert.deepEqual([read?.path, read?.query, read?.status], [issues, { state: 'all' }, 200]);
    assert.deepEqual([write?.method, write?.body, write?.status], ['POST', { title: 'A' }, 201]);
    assert.equal(write?.tokenTail, token.slice(-4));
    assert.equal(
      github.requests.count((entry) => entry.method === 'POST'),
      1,
    );
    github.requests.reset();
    assert.equal(github.requests.count(), 0);
  });

  it('also apply in the Enterprise layout, whose responses have their own links', async () => {
    await post();
    const { at } = await call('GET', `/api/v3${issues}/1`);
    assert.equal(at('url'), `${github.url}/api/v3${issues}/1`);
    assert.equal(at('html_url'), `${github.url}/acme/web/issues/1`);
    const graphql = await call('POST', '/api/graphql', { query: '{ viewer { login } }' });
    assert.equal(graphql.at('data.viewer.login'), 'acme');
    assert.deepEqual(github.violations, []);
  });
});
