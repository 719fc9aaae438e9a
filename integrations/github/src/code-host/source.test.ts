import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { IntegrationNotFoundError, isCodeHost } from '@commandcenter/integration-kit';
import { type Connected, connect, connectApp, repository } from '../../test/fixture.ts';
import { ownCloneUrl } from './clone-source.ts';

const at = 'acme/web';

describe('the source of a repository on GitHub', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations, []);
    await github?.close();
  });
  const start = async (connecting: Promise<Connected>): Promise<Connected> => {
    const connected = await connecting;
    github = connected.github;
    return connected;
  };

  it('is cloned from the integration’s own host, with the token separate from the address', async () => {
    const { github, integration, context } = await start(connect({ apiPath: '/api/v3' }));
    assert.ok(isCodeHost(integration));
    assert.deepEqual(await integration.getCloneAccess(repository), {
      url: `${github.url}/acme/web.git`,
      isPublic: true,
      username: 'x-access-token',
      password: (await context.credentials.get()).accessToken,
      externalId: (await integration.getRepository(repository)).externalId,
    });
  });

  it('is public if GitHub reports that the repository is not private', async () => {
    const { github, integration } = await start(connect({ apiPath: '/api/v3' }));
    github.state.addRepository({ owner: 'acme', name: 'hidden', private: true });
    const access = await integration.getCloneAccess({ owner: 'acme', name: 'hidden' });
    assert.equal(access.isPublic, false);
  });

  it('is not cloned from a host other than the API’s', async () => {
    // The fake GitHub returns addresses at github.com unless its API has the path of an Enterprise Server.
    const { integration } = await start(connect());
    await assert.rejects(integration.getCloneAccess(repository), { code: 'github.foreign_clone_url' });
  });

  for (const [api, clone] of [
    ['https://api.github.com', 'https://github.com/acme/web.git'],
    ['https://api.acme.ghe.com', 'https://acme.ghe.com/acme/web.git'],
    ['https://ghe.example:8443/api/v3', 'https://ghe.example:8443/acme/web.git'],
  ] as const) {
    it(`is cloned from ${new URL(clone).host} for the API ${api}`, () => {
      assert.equal(ownCloneUrl(api, clone), clone);
      assert.equal(ownCloneUrl(api, `${clone.replace('//', '//user:secret@')}?token=1#a`), clone);
      for (const wrong of [
        clone.replace('https:', 'http:'),
        clone.replace('//', '//evil.'),
        'ssh://git@github.com/acme/web.git',
        'nothing',
        undefined,
      ]) {
        assert.throws(() => ownCloneUrl(api, wrong), { code: 'github.foreign_clone_url' });
      }
    });
  }

  it('is cloned by an App with a token that lasts for the whole clone', async () => {
    let now = Date.now();
    const clock = { now: () => new Date(now) };
    const { integration, context } = await start(connectApp({ apiPath: '/api/v3', clock }));
    const first = await integration.getCloneAccess(repository);
    assert.match(first.password ?? '', /^ghs_/);
    assert.deepEqual(await integration.getCloneAccess(repository), first);
    now += 51 * 60_000;
    const second = await integration.getCloneAccess(repository);
    assert.notEqual(second.password, first.password);
    assert.equal(second.password, (await context.credentials.get()).accessToken);
  });

  it('of a pull request is described by its head, its base and their repositories', async () => {
    const { github, integration } = await start(connect());
    const { number, pullRequest } = github.state.addPullRequest({ repository: at, title: 'Change', head: 'topic' });
    assert.deepEqual(await integration.getPullRequest(repository, number), {
      number,
      title: 'Change',
      headSha: pullRequest?.headSha,
      headRef: 'topic',
      baseSha: pullRequest?.baseSha,
      baseRef: 'main',
      fork: false,
      state: 'open',
      headRepository: repository,
    });
    github.state.closeIssue({ repository: at, number });
    assert.equal((await integration.getPullRequest(repository, number)).state, 'closed');
    await assert.rejects(integration.getPullRequest(repository, 99), IntegrationNotFoundError);
  });

  it('is recognized as that of a fork, even after the fork was deleted', async () => {
    const { github, integration } = await start(connect());
    github.state.addRepository({ owner: 'eve', name: 'copy' });
    const open = { repository: at, title: 'Change', head: 'topic' };
    const { number } = github.state.addPullRequest({ ...open, from: 'eve/copy' });
    const forked = await integration.getPullRequest(repository, number);
    assert.deepEqual([forked.fork, forked.headRepository], [true, { owner: 'eve', name: 'copy' }]);
    const { number: orphan } = github.state.addPullRequest({ ...open, from: null });
    const orphaned = await integration.getPullRequest(repository, orphan);
    assert.deepEqual([orphaned.fork, orphaned.headRepository], [true, null]);
  });

  it('is compared from the merge base, not from the newest commit of the base', async () => {
    const { github, integration } = await start(connect());
    const { pullRequest } = github.state.addPullRequest({ repository: at, title: 'Change', head: 'a/topic' });
    const base = github.state.push({ repository: at });
    const head = pullRequest?.headSha ?? '';
    assert.equal(await integration.getMergeBase(repository, base, head), pullRequest?.baseSha);
    assert.equal(await integration.getMergeBase(repository, 'main', 'a/topic'), pullRequest?.baseSha);
    await assert.rejects(integration.getMergeBase(repository, base, 'a'.repeat(40)), IntegrationNotFoundError);
  });

  it('has a default branch with a newest commit', async () => {
    const { github, integration } = await start(connect());
    github.state.addRepository({ owner: 'acme', name: 'odd', defaultBranch: 'release/1.x' });
    const sha = github.state.push({ repository: 'acme/odd' });
    const head = await integration.getDefaultBranchHead({ owner: 'acme', name: 'odd' });
    assert.deepEqual(head, { branch: 'release/1.x', sha });
  });

  it('is no longer requested after the caller aborts', async () => {
    const { integration } = await start(connect());
    const ended = AbortSignal.abort(new Error('enough'));
    await assert.rejects(integration.getDefaultBranchHead(repository, ended), /enough/);
    await assert.rejects(integration.getMergeBase(repository, 'main', 'main', ended), /enough/);
  });
});
