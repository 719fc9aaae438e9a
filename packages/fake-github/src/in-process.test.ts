import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';
import type { Delivery } from './webhooks/delivery-log.ts';

const repository = 'acme/web';
const issues = '/repos/acme/web/issues';

describe('a fake GitHub without sockets', () => {
  let github: FakeGitHub;
  let call: Call;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-01-02T03:04:05Z');
    github = await startFakeGitHub({ listen: false, clock: { now: () => new Date(now) } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    call = checkedClient(github, github.state.addToken({ login: 'acme' }));
  });
  afterEach(() => github.close());

  it('has its own URL and no port', async () => {
    assert.deepEqual([github.url, github.port], ['http://github.test', 0]);
    await using other = await startFakeGitHub({ listen: false, url: 'https://ghe.example/' });
    assert.equal(other.url, 'https://ghe.example');
    await assert.rejects(startFakeGitHub({ url: 'https://ghe.example' }), { code: 'wrong_argument' });
  });

  it('handles requests with authentication, links, conditional requests, limits and log', async () => {
    assert.equal((await call('POST', issues, { title: 'A' })).status, 201);
    assert.equal((await checkedClient(github, 'ghp_unknown')('GET', '/user')).status, 401);
    const list = await call('GET', `${issues}?per_page=1`);
    const etag = list.headers.get('etag') ?? '';
    const unchanged = await call('GET', `${issues}?per_page=1`, undefined, { 'if-none-match': etag });
    assert.deepEqual([unchanged.status, unchanged.body], [304, null]);
    assert.match(String(list.at('0.url')), /^http:\/\/github\.test\/repos/);
    assert.equal((await call('POST', '/graphql', { query: '{ viewer { login } }' })).at('data.viewer.login'), 'acme');
    assert.equal((await call('DELETE', `${issues}/1/labels`)).status, 204);
    github.exhaustRateLimit();
    assert.equal((await call('GET', issues)).status, 403);
    const logged = github.requests.all().map(({ method, path, status }) => [method, path, status]);
    assert.deepEqual(logged[0], ['POST', issues, 201]);
    assert.equal(logged.length, 7);
  });

  it('also has the layout of GitHub Enterprise', async () => {
    const { status, headers } = await call('GET', `/api/v3${issues}?page=2&per_page=1`);
    assert.equal(status, 200);
    assert.match(headers.get('link') ?? '', /^<http:\/\/github\.test\/api\/v3\/repositories/);
  });

  it('records violations by its own clock', async () => {
    await call('GET', `${issues}?unknown=1`);
    github.limitSecondary({ seconds: 60 });
    await call('GET', issues);
    await call('GET', issues);
    now += 1000;
    await call('GET', issues);
    assert.deepEqual(
      github.violations.map(({ kind }) => kind),
      ['undocumented_query', 'request_during_wait'],
    );
  });

  it('ignores fault rules and refuses requests while it is down', async () => {
    github.outage();
    assert.equal((await call('GET', issues)).status, 200);
    await github.down();
    await assert.rejects(
      call('GET', issues),
      (error) => error instanceof TypeError && error.message === 'fetch failed',
    );
    await github.up();
    assert.equal((await call('GET', issues)).status, 200);
  });

  it('also handles requests in process while it listens', async () => {
    await using listening = await startFakeGitHub();
    listening.state.addRepository({ owner: 'acme', name: 'web' });
    const response = await listening.request(
      new Request(`${listening.url}${issues}`, { headers: { 'user-agent': 'x' } }),
    );
    assert.deepEqual([response.status, await response.json()], [200, []]);
  });

  it('passes intercepted deliveries on with the headers and body that would have been sent', () => {
    const deliveries: Delivery[] = [];
    github.webhooks.intercept = (delivery) => deliveries.push(delivery);
    for (const contentType of ['json', 'form'] as const) {
      github.state.addWebhook({ repository, url: 'http://receiver.test', secret: 'a secret', contentType });
    }
    github.state.addIssue({ repository, title: 'Grüße 👋 & more' });
    assert.equal(deliveries.length, 2);
    for (const { body, event, guid, headers } of deliveries) {
      assert.equal(event, 'issues');
      assert.equal(headers['x-github-delivery'], guid);
      const signature = createHmac('sha256', 'a secret').update(body).digest('hex');
      assert.equal(headers['x-hub-signature-256'], `sha256=${signature}`);
    }
    assert.equal(deliveries[0]?.body, deliveries[0]?.payload);
    assert.equal(new URLSearchParams(deliveries[1]?.body).get('payload'), deliveries[1]?.payload);
  });

  it('applies pause, drop and copies to intercepted deliveries', async () => {
    const titles: unknown[] = [];
    github.webhooks.intercept = ({ payload }) => titles.push(JSON.parse(payload).issue.title);
    github.state.addWebhook({ repository, url: 'http://receiver.test' });
    github.webhooks.drop = ({ payload }) => payload.includes('Dropped');
    github.webhooks.copies = 2;
    github.webhooks.pause();
    for (const title of ['A', 'Dropped', 'B']) github.state.addIssue({ repository, title });
    assert.deepEqual(titles, []);
    github.webhooks.resume((held) => held.toReversed());
    assert.deepEqual(titles, ['B', 'B', 'A', 'A']);
    await github.webhooks.idle();
  });

  it('shows the recorded outcome of an intercepted delivery, and intercepts its redelivery', async () => {
    const deliveries: Delivery[] = [];
    github.webhooks.intercept = (delivery) => deliveries.push(delivery);
    const hook = github.state.addWebhook({ repository, url: 'http://receiver.test' });
    github.state.addIssue({ repository, title: 'A' });
    const [first] = deliveries;
    assert.ok(first);
    assert.equal(first.status, 'pending');
    github.webhooks.recordOutcome(first, 502);
    const path = `/repos/acme/web/hooks/${hook.id}/deliveries`;
    const shown = await call('GET', path);
    assert.deepEqual([shown.at('0.status_code'), shown.at('0.status')], [502, 'Bad Gateway']);
    assert.equal((await call('POST', `${path}/${first.id}/attempts`)).status, 202);
    assert.deepEqual(
      deliveries.map(({ redelivery }) => redelivery),
      [false, true],
    );
    assert.equal(deliveries[1]?.guid, first.guid);
  });
});

describe('the clock of a fake GitHub', () => {
  it('sets the Date header of every response, including faults and errors', async () => {
    const ahead = new Date('2031-05-06T07:08:09.500Z');
    await using github = await startFakeGitHub({ clock: { now: () => ahead } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    const call = checkedClient(github, null);
    const list = await call('GET', issues);
    const unchanged = await call('GET', issues, undefined, { 'if-none-match': list.headers.get('etag') ?? '' });
    const missing = await call('GET', '/repos/acme/nowhere');
    github.fault({ kind: 'status', status: 503 });
    const broken = await call('GET', issues);
    const responses = [list, unchanged, missing, broken];
    assert.deepEqual(
      responses.map(({ status, headers }) => [status, headers.get('date')]),
      [200, 304, 404, 503].map((status) => [status, 'Tue, 06 May 2031 07:08:09 GMT']),
    );
  });
});

describe('a fake GitHub with omitStateReason', () => {
  it('leaves state_reason out of issues in REST and webhooks', async () => {
    await using github = await startFakeGitHub({ listen: false, omitStateReason: true });
    const payloads: string[] = [];
    github.webhooks.intercept = ({ payload }) => payloads.push(payload);
    github.state.addRepository({ owner: 'acme', name: 'web' });
    github.state.addWebhook({ repository, url: 'http://receiver.test' });
    const call = checkedClient(github, github.state.addToken({ login: 'acme' }));
    const created = await call('POST', issues, { title: 'A' });
    const closed = await call('PATCH', `${issues}/1`, { state: 'closed', state_reason: 'not_planned' });
    const listed = await call('GET', `${issues}?state=all`);
    const bodies = [created.body, closed.body, listed.body, github.state.issueJson({ repository, number: 1 })];
    for (const body of bodies) assert.doesNotMatch(JSON.stringify(body), /state_reason/);
    for (const payload of payloads) assert.doesNotMatch(payload, /state_reason/);
    assert.equal(payloads.length, 2);
    github.settings.omitStateReason = false;
    assert.equal((await call('GET', `${issues}/1`)).at('state_reason'), 'not_planned');
  });
});
