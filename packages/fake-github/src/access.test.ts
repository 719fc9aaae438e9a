import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { newApp } from './testing/app-key.ts';
import { checkedClient } from './testing/checked-client.ts';

describe('what a token may do', () => {
  let github: FakeGitHub;

  beforeEach(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    github.state.addRepository({ owner: 'acme', name: 'open' });
    github.state.addRepository({ owner: 'acme', name: 'closed', private: true });
  });
  afterEach(() => github.close());

  const client = (scopes: readonly string[]): ReturnType<typeof checkedClient> =>
    checkedClient(github, github.state.addToken({ login: 'robot', scopes }));

  it('an unknown or revoked token gets 401 Bad credentials', async () => {
    const unknown = await checkedClient(github, 'ghp_never_seen')('GET', '/user');
    assert.deepEqual([unknown.status, unknown.at('message')], [401, 'Bad credentials']);
    const token = github.state.addToken({ login: 'robot' });
    const call = checkedClient(github, token);
    assert.equal((await call('GET', '/user')).status, 200);
    github.state.revokeToken(token);
    assert.equal((await call('GET', '/user')).status, 401);
    assert.equal((await call('POST', '/graphql', { query: '{ viewer { login } }' })).status, 401);
  });

  it('an expired token gets 401, and one that will expire is told when', async () => {
    const expired = github.state.addToken({ login: 'robot', expiresAt: new Date(0) });
    assert.equal((await checkedClient(github, expired)('GET', '/user')).status, 401);
    const token = github.state.addToken({ login: 'robot', expiresAt: new Date('2100-12-08T13:39:37Z') });
    const { headers } = await checkedClient(github, token)('GET', '/user');
    assert.equal(headers.get('github-authentication-token-expiration'), '2100-12-08 13:39:37 UTC');
  });

  it('without a token public things can be read and nothing be written', async () => {
    const call = checkedClient(github, null);
    assert.equal((await call('GET', '/repos/acme/open/issues')).status, 200);
    assert.equal((await call('GET', '/repos/acme/closed/issues')).status, 404);
    assert.equal((await call('POST', '/repos/acme/open/issues', { title: 'A' })).status, 401);
    assert.equal((await call('GET', '/user')).status, 401);
  });

  it('odd requests are answered, too', async () => {
    const call = client(['repo']);
    assert.equal((await call('POST', '/graphql', null)).at('errors.length'), 1);
    assert.equal((await call('POST', '/repos/acme/open/issues', ['a list'])).status, 422);
    assert.equal((await call('GET', '//')).status, 404);
    assert.equal((await call('GET', '/repos/acme/open/issues/%ff')).status, 404);
  });

  it('classic tokens name their scopes, and a missing scope is 403, or 404 for what it hides', async () => {
    const none = client([]);
    const me = await none('GET', '/user');
    assert.equal(me.headers.get('x-oauth-scopes'), '');
    assert.equal((await none('GET', '/repos/acme/closed')).status, 404);
    assert.equal((await none('POST', '/repos/acme/open/issues', { title: 'A' })).status, 403);
    const full = client(['repo', 'admin:repo_hook']);
    assert.equal((await full('GET', '/user')).headers.get('x-oauth-scopes'), 'repo, admin:repo_hook');
    assert.equal((await full('GET', '/repos/acme/closed')).status, 200);
    assert.equal((await client(['public_repo'])('POST', '/repos/acme/open/issues', { title: 'A' })).status, 201);
    assert.equal((await client(['admin:repo_hook'])('GET', '/repos/acme/open/hooks')).status, 200);
    assert.equal((await client(['read:org'])('GET', '/repos/acme/open/hooks')).status, 403);
  });

  it('fine-grained tokens have permissions and repositories instead', async () => {
    const token = github.state.addToken({
      login: 'robot',
      permissions: { issues: 'read' },
      repositories: ['acme/closed'],
    });
    const call = checkedClient(github, token);
    const read = await call('GET', '/repos/acme/closed/issues');
    assert.equal(read.status, 200);
    assert.equal(read.headers.get('x-oauth-scopes'), null);
    const write = await call('POST', '/repos/acme/closed/issues', { title: 'A' });
    assert.equal(write.status, 403);
    assert.equal(write.headers.get('x-accepted-github-permissions'), 'issues=write');
  });

  it('comments of a pull request take the permission for pull requests or that for issues, those of an issue only the latter', async () => {
    const { number: pull } = github.state.addPullRequest({ repository: 'acme/closed', title: 'P', head: 'p' });
    const { number: issue } = github.state.addIssue({ repository: 'acme/closed', title: 'I' });
    const comment = async (number: number, permissions: Record<string, 'read' | 'write'>) => {
      const call = checkedClient(github, github.state.addToken({ login: 'robot', permissions }));
      return call('POST', `/repos/acme/closed/issues/${number}/comments`, { body: 'A' });
    };
    const answers = [
      await comment(pull, { pull_requests: 'write' }),
      await comment(pull, { issues: 'write' }),
      await comment(issue, { issues: 'write' }),
      await comment(issue, { pull_requests: 'write' }),
      await comment(pull, { pull_requests: 'read' }),
    ];
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get('x-accepted-github-permissions')]),
      [
        [201, null],
        [201, null],
        [201, null],
        [403, 'issues=write'],
        [403, 'issues=write; pull_requests=write'],
      ],
    );
  });

  it('a suspended installation gets 403, a removed one 404, and their tokens end', async () => {
    const { privateKey, jwt } = newApp();
    github.state.addApp({ appId: 7, slug: 'cc', publicKey: privateKey });
    const installation = github.state.addInstallation({ appId: 7, account: 'acme' });
    const app = checkedClient(github, jwt('7'));
    const tokens = `/app/installations/${installation.id}/access_tokens`;
    const installed = checkedClient(github, String((await app('POST', tokens, {})).at('token')));
    assert.equal((await installed('GET', '/repos/acme/closed')).status, 200);
    const limited = await app('POST', tokens, { permissions: { issues: 'read' }, repositories: ['open'] });
    const reader = checkedClient(github, String(limited.at('token')));
    assert.equal((await reader('GET', '/repos/acme/closed')).status, 404);
    assert.equal((await reader('POST', '/repos/acme/open/issues', { title: 'A' })).status, 403);
    assert.equal((await app('POST', tokens, { permissions: { administration: 'write' } })).status, 422);
    github.state.suspendInstallation(installation);
    assert.equal((await installed('GET', '/repos/acme/closed')).status, 403);
    assert.equal((await app('POST', tokens, {})).status, 403);
    github.state.removeInstallation(installation);
    assert.equal((await installed('GET', '/repos/acme/closed')).status, 401);
    assert.equal((await app('POST', tokens, {})).status, 404);
  });

  it('people without triage access may open issues and edit their own, and their labels are dropped', async () => {
    const call = checkedClient(github, github.state.addToken({ login: 'visitor' }));
    const made = await call('POST', '/repos/acme/open/issues', { title: 'A', labels: ['bug'], assignees: ['robot'] });
    assert.deepEqual([made.status, made.at('labels'), made.at('assignees')], [201, [], []]);
    assert.equal((await call('PATCH', '/repos/acme/open/issues/1', { state: 'closed' })).status, 200);
    github.state.addIssue({ repository: 'acme/open', title: 'Someone else’s', by: 'robot' });
    assert.equal((await call('PATCH', '/repos/acme/open/issues/2', { state: 'closed' })).status, 403);
    assert.equal((await call('POST', '/repos/acme/open/issues/1/labels', { labels: ['bug'] })).status, 403);
  });

  it('issues switched off are 410, an archived repository is read-only', async () => {
    github.state.addRepository({ owner: 'acme', name: 'silent', hasIssues: false });
    github.state.addRepository({ owner: 'acme', name: 'museum', archived: true });
    const call = client(['repo']);
    assert.equal((await call('POST', '/repos/acme/silent/issues', { title: 'A' })).status, 410);
    assert.equal((await call('POST', '/repos/acme/museum/issues', { title: 'A' })).status, 403);
  });
});
