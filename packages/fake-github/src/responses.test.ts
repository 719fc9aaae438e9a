import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { newApp } from './testing/app-key.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const { privateKey, sign, jwt } = newApp();

describe('responses match the schema of GitHub', () => {
  let github: FakeGitHub;
  let call: Call;
  let receiver: Receiver;
  let installationId: number;

  before(async () => {
    github = await startFakeGitHub();
    receiver = await startReceiver();
    github.state.addOrganization('acme', { members: { robot: 'admin', ann: 'member' } });
    github.state.addRepository({ owner: 'acme', name: 'web', private: true });
    github.state.addRepository({ owner: 'robot', name: 'own' });
    github.state.addIssue({ repository: 'acme/web', title: 'First', labels: ['bug'], assignees: ['ann'], by: 'ann' });
    github.state.addPullRequest({ repository: 'acme/web', title: 'Change', head: 'topic', by: 'ann' });
    github.state.commentOnIssue({ repository: 'acme/web', number: 1, body: 'Indeed' });
    github.state.addApp({ appId: 77, slug: 'commandcenter', publicKey: privateKey });
    installationId = github.state.addInstallation({ appId: 77, account: 'acme' }).id;
    call = checkedClient(github, github.state.addToken({ login: 'robot' }));
  });
  after(async () => {
    await github.close();
    await receiver[Symbol.asyncDispose]();
  });

  const reads: string[] = [
    '/user',
    '/user/repos',
    '/users/ann',
    '/orgs/acme',
    '/rate_limit',
    '/repos/acme/web',
    '/repos/robot/own',
    '/repos/acme/web/issues?state=all&sort=updated&direction=asc&per_page=100&since=2020-01-01T00:00:00Z',
    '/repos/acme/web/issues/1',
    '/repos/acme/web/issues/2',
    '/repos/acme/web/issues/1/labels',
    '/repos/acme/web/issues/1/comments',
    '/repos/acme/web/issues/comments?sort=updated&direction=desc',
    '/repos/acme/web/labels',
    '/repos/acme/web/labels/bug',
    '/repos/acme/web/assignees',
    '/repos/acme/web/pulls?state=all',
    '/repos/acme/web/pulls/2',
    '/repos/acme/web/hooks',
  ];
  for (const path of reads) {
    it(`for GET ${path}`, async () => {
      const { status, body } = await call('GET', path);
      assert.equal(status, 200);
      assert.ok(!Array.isArray(body) || body.length > 0 || path.endsWith('/hooks'), 'an empty list proves nothing');
    });
  }

  it('for writes of issues, labels, assignees and comments', async () => {
    const created = await call('POST', '/repos/acme/web/issues', {
      title: 'Made',
      body: 'text',
      labels: ['priority: high', { name: 'bug' }],
      assignees: ['ann'],
    });
    assert.equal(created.status, 201);
    const issue = `/repos/acme/web/issues/${created.at('number')}`;
    const closed = await call('PATCH', issue, { state: 'closed', state_reason: 'not_planned' });
    assert.equal(closed.at('closed_by.login'), 'robot');
    assert.equal((await call('POST', `${issue}/labels`, { labels: ['new'] })).status, 200);
    assert.equal((await call('PUT', `${issue}/labels`, { labels: ['bug', 'new'] })).status, 200);
    assert.equal((await call('DELETE', `${issue}/labels/new`)).status, 200);
    assert.equal((await call('DELETE', `${issue}/labels`)).status, 204);
    assert.equal((await call('POST', `${issue}/assignees`, { assignees: ['robot'] })).status, 201);
    assert.equal((await call('DELETE', `${issue}/assignees`, { assignees: ['robot'] })).status, 200);
    const comment = await call('POST', `${issue}/comments`, { body: 'Hello' });
    assert.equal(comment.status, 201);
    const one = `/repos/acme/web/issues/comments/${comment.at('id')}`;
    assert.equal((await call('PATCH', one, { body: 'Hello again' })).at('body'), 'Hello again');
    assert.equal((await call('GET', one)).status, 200);
    assert.equal((await call('DELETE', one)).status, 204);
    assert.equal((await call('POST', '/repos/acme/web/labels', { name: 'sky', color: '00aaff' })).status, 201);
    assert.equal((await call('PATCH', '/repos/acme/web/labels/SKY', { new_name: 'heaven' })).at('name'), 'heaven');
    assert.equal((await call('DELETE', '/repos/acme/web/labels/heaven')).status, 204);
    assert.equal((await call('GET', '/repos/acme/web/assignees/ann')).status, 204);
    assert.equal((await call('GET', '/repos/acme/web/assignees/nobody')).status, 404);
  });

  it('for hooks, their deliveries and redelivery', async () => {
    const config = { url: receiver.url, content_type: 'json', secret: 'secret', insecure_ssl: '0' };
    const hooks = '/repos/acme/web/hooks';
    const created = await call('POST', hooks, { name: 'web', active: true, events: ['issues'], config });
    assert.equal(created.status, 201);
    assert.equal(created.at('config.secret'), '********');
    const hook = `${hooks}/${created.at('id')}`;
    const patched = await call('PATCH', hook, { add_events: ['label'], active: true });
    assert.deepEqual(patched.at('events'), ['issues', 'label']);
    assert.equal((await call('GET', hook)).status, 200);
    assert.equal((await call('POST', `${hook}/pings`)).status, 204);
    await github.webhooks.idle();
    const deliveries = await call('GET', `${hook}/deliveries?per_page=1`);
    assert.equal(deliveries.at('0.event'), 'ping');
    assert.match(deliveries.headers.get('link') ?? '', /cursor=\d+>; rel="next"/);
    const delivery = `${hook}/deliveries/${deliveries.at('0.id')}`;
    assert.equal((await call('GET', delivery)).at('request.headers.x-github-event'), 'ping');
    assert.equal((await call('POST', `${delivery}/attempts`)).status, 202);
    assert.equal((await call('POST', hooks, { events: ['issues'], config })).status, 422);
    assert.equal((await call('DELETE', hook)).status, 204);
    assert.equal((await call('GET', hook)).status, 404);
  });

  it('for requests of an App with its JWT and of its installation', async () => {
    const app = checkedClient(github, jwt('77'));
    assert.equal((await app('GET', '/app')).at('slug'), 'commandcenter');
    assert.equal((await app('GET', '/app/installations')).at('length'), 1);
    assert.equal((await app('GET', `/app/installations/${installationId}`)).at('account.login'), 'acme');
    const token = await app('POST', `/app/installations/${installationId}/access_tokens`, {});
    assert.equal(token.status, 201);
    assert.match(String(token.at('token')), /^ghs_/);
    const installed = checkedClient(github, String(token.at('token')));
    assert.equal((await installed('GET', '/repos/acme/web/issues')).status, 200);
    assert.equal((await installed('GET', '/installation/repositories')).at('total_count'), 1);
    const made = await installed('POST', '/repos/acme/web/issues', { title: 'By the app' });
    assert.equal(made.at('user.type'), 'Bot');
    assert.equal((await installed('GET', '/user')).status, 403);
  });

  it('and refuse a JWT that is expired, too long-lived, wrongly signed or of an unknown app', async () => {
    const now = Math.floor(Date.now() / 1000);
    const forged = `${jwt('77').slice(0, -8)}AAAAAAAA`;
    const wrong = [
      sign({ iss: '77', iat: now - 700, exp: now - 100 }),
      sign({ iss: '77', iat: now, exp: now + 3600 }),
      sign({ iss: '78', iat: now, exp: now + 300 }),
      forged,
    ];
    for (const text of wrong) {
      assert.equal((await checkedClient(github, text)('GET', '/app')).status, 401);
    }
  });

  it('and none of these requests was a violation', () => {
    assert.deepEqual(github.violations, []);
  });
});
