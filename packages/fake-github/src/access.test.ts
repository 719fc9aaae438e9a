import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { newApp } from './testing/app-key.ts';
import { checkedClient } from './testing/checked-client.ts';

describe('the access of a token', () => {
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

  it('ends with 401 Bad credentials if the token is unknown or revoked', async () => {
    const unknown = await checkedClient(github, 'ghp_never_seen')('GET', '/user');
    assert.deepEqual([unknown.status, unknown.at('message')], [401, 'Bad credentials']);
    const token = github.state.addToken({ login: 'robot' });
    const call = checkedClient(github, token);
    assert.equal((await call('GET', '/user')).status, 200);
    github.state.revokeToken(token);
    assert.equal((await call('GET', '/user')).status, 401);
    assert.equal((await call('POST', '/graphql', { query: '{ viewer { login } }' })).status, 401);
  });

  it('ends with 401 when the token expires, and earlier responses contain the expiry', async () => {
    const expired = github.state.addToken({ login: 'robot', expiresAt: new Date(0) });
    assert.equal((await checkedClient(github, expired)('GET', '/user')).status, 401);
    const token = github.state.addToken({ login: 'robot', expiresAt: new Date('2100-12-08T13:39:37Z') });
    const { headers } = await checkedClient(github, token)('GET', '/user');
    assert.equal(headers.get('github-authentication-token-expiration'), '2100-12-08 13:39:37 UTC');
  });

  it('without a token is limited to reading public repositories', async () => {
    const call = checkedClient(github, null);
    assert.equal((await call('GET', '/repos/acme/open/issues')).status, 200);
    assert.equal((await call('GET', '/repos/acme/closed/issues')).status, 404);
    assert.equal((await call('POST', '/repos/acme/open/issues', { title: 'A' })).status, 401);
    assert.equal((await call('GET', '/user')).status, 401);
  });

  it('does not fail on malformed requests', async () => {
    const call = client(['repo']);
    assert.equal((await call('POST', '/graphql', null)).at('errors.length'), 1);
    assert.equal((await call('POST', '/repos/acme/open/issues', ['a list'])).status, 422);
    assert.equal((await call('GET', '//')).status, 404);
    assert.equal((await call('GET', '/repos/acme/open/issues/%ff')).status, 404);
  });

  it('of classic tokens depends on scopes, and a missing scope causes 403, or 404 for hidden resources', async () => {
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

  it('of fine-grained tokens depends on permissions and repositories', async () => {
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

  it('to comments of pull requests requires the permission for pull requests or issues, and to those of issues only the latter', async () => {
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

  it('of a suspended installation ends with 403 and of a removed one with 401', async () => {
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

  it('without triage permission is limited to own issues, and labels are dropped', async () => {
    const call = checkedClient(github, github.state.addToken({ login: 'visitor' }));
    const made = await call('POST', '/repos/acme/open/issues', { title: 'A', labels: ['bug'], assignees: ['robot'] });
    assert.deepEqual([made.status, made.at('labels'), made.at('assignees')], [201, [], []]);
    assert.equal((await call('PATCH', '/repos/acme/open/issues/1', { state: 'closed' })).status, 200);
    github.state.addIssue({ repository: 'acme/open', title: 'Someone else’s', by: 'robot' });
    assert.equal((await call('PATCH', '/repos/acme/open/issues/2', { state: 'closed' })).status, 403);
    assert.equal((await call('POST', '/repos/acme/open/issues/1/labels', { labels: ['bug'] })).status, 403);
  });

  it('is refused with 410 while issues are disabled, and read-only in an archived repository', async () => {
    github.state.addRepository({ owner: 'acme', name: 'silent', hasIssues: false });
    github.state.addRepository({ owner: 'acme', name: 'museum', archived: true });
    const call = client(['repo']);
    assert.equal((await call('POST', '/repos/acme/silent/issues', { title: 'A' })).status, 410);
    assert.equal((await call('POST', '/repos/acme/museum/issues', { title: 'A' })).status, 403);
  });
});
