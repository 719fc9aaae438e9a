import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const repository = 'acme/web';
const issues = '/repos/acme/web/issues';

describe('the fake GitHub, when repositories are administered,', () => {
  let github: FakeGitHub;
  let receiver: Receiver;
  let admin: Call;

  beforeEach(async () => {
    github = await startFakeGitHub();
    receiver = await startReceiver();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    github.state.addIssue({ repository, title: 'First', labels: ['bug'] });
    github.state.addWebhook({ repository, url: receiver.url });
    admin = checkedClient(github, github.state.addToken({ login: 'robot' }));
  });
  afterEach(async () => {
    await github.close();
    await receiver[Symbol.asyncDispose]();
  });

  const events = async (): Promise<string[]> => {
    await github.webhooks.idle();
    assert.deepEqual(receiver.schemaErrors, []);
    return receiver.events();
  };
  const statuses = async (
    call: Call,
    requests: readonly (readonly [string, string, unknown?])[],
  ): Promise<number[]> => {
    const found: number[] = [];
    for (const [method, path, body] of requests) found.push((await call(method, path, body)).status);
    return found;
  };

  it('refuses writes while a repository is archived and accepts them again afterwards', async () => {
    github.state.archiveRepository({ repository });
    github.state.archiveRepository({ repository });
    assert.equal((await admin('GET', '/repos/acme/web')).at('archived'), true);
    assert.equal((await admin('GET', `${issues}/1`)).status, 200);
    const refused = await admin('PATCH', `${issues}/1`, { title: 'Changed' });
    assert.deepEqual([refused.status, refused.at('message')], [403, 'Repository was archived so is read-only.']);
    github.state.unarchiveRepository({ repository });
    assert.equal((await admin('PATCH', `${issues}/1`, { title: 'Changed' })).status, 200);
    assert.equal((await admin('GET', '/repos/acme/web')).at('archived'), false);
    assert.deepEqual(await events(), ['repository.archived', 'repository.unarchived', 'issues.edited']);
    assert.equal(receiver.deliveries[0]?.at('repository.archived'), true);
  });

  it('returns 410 for every request about issues while they are disabled, except about pull requests', async () => {
    const comment = github.state.commentOnIssue({ repository, number: 1, body: 'Hello' });
    const pull = github.state.addPullRequest({ repository, title: 'P', head: 'p' }).number;
    await events();
    receiver.deliveries.length = 0;
    github.state.setIssuesEnabled({ repository, enabled: false });
    const disabled = await admin('GET', issues);
    assert.deepEqual(disabled.body, {
      message: 'Issues are disabled for this repo',
      documentation_url: 'https://docs.github.com/v3/issues/',
    });
    const requests = [
      ['GET', issues],
      ['POST', issues, { title: 'A' }],
      ['GET', `${issues}/1`],
      ['GET', `${issues}/99`],
      ['PATCH', `${issues}/1`, { title: 'A' }],
      ['GET', `${issues}/1/labels`],
      ['POST', `${issues}/1/labels`, { labels: ['bug'] }],
      ['DELETE', `${issues}/1/labels/bug`],
      ['POST', `${issues}/1/assignees`, { assignees: ['robot'] }],
      ['DELETE', `${issues}/1/assignees`, { assignees: ['robot'] }],
      ['GET', `${issues}/1/comments`],
      ['POST', `${issues}/1/comments`, { body: 'A' }],
      ['GET', `${issues}/comments`],
      ['PATCH', `${issues}/comments/${comment}`, { body: 'A' }],
    ] as const;
    assert.deepEqual(
      await statuses(admin, requests),
      requests.map(() => 410),
    );
    assert.deepEqual(
      await statuses(admin, [
        ['GET', `/repos/acme/web/pulls/${pull}`],
        ['POST', `${issues}/${pull}/comments`, { body: 'A' }],
        ['GET', '/repos/acme/web/labels'],
      ]),
      [200, 201, 200],
    );
    assert.equal((await admin('GET', '/repos/acme/web')).at('has_issues'), false);
    github.state.setIssuesEnabled({ repository, enabled: true });
    assert.equal((await admin('GET', `${issues}/1`)).at('title'), 'First');
    const seen = (await events()).filter((event) => event.startsWith('repository'));
    assert.deepEqual(seen, ['repository.edited', 'repository.edited']);
    assert.equal(receiver.deliveries[0]?.at('repository.has_issues'), false);
  });

  it('shows the permissions of the caller, and none to an anonymous one', async () => {
    const visitor = checkedClient(github, github.state.addToken({ login: 'visitor' }));
    const shown = async (call: Call): Promise<unknown> => (await call('GET', '/repos/acme/web')).at('permissions');
    assert.deepEqual(await shown(visitor), { admin: false, maintain: false, push: false, triage: false, pull: true });
    github.state.setCollaborator({ repository, login: 'visitor', permission: 'triage' });
    assert.deepEqual(await shown(visitor), { admin: false, maintain: false, push: false, triage: true, pull: true });
    assert.deepEqual(await shown(admin), { admin: true, maintain: true, push: true, triage: true, pull: true });
    assert.equal(await shown(checkedClient(github, null)), undefined);
  });

  it('lets a removed collaborator read a public repository, and hides a private one', async () => {
    const worker = checkedClient(github, github.state.addToken({ login: 'worker' }));
    const access = () =>
      statuses(worker, [
        ['GET', `${issues}/1`],
        ['PATCH', `${issues}/1`, { title: 'A' }],
      ]);
    github.state.setCollaborator({ repository, login: 'worker', permission: 'write' });
    assert.deepEqual(await access(), [200, 200]);
    github.state.assignIssue({ repository, number: 1, assignees: ['worker', 'robot'] });
    github.state.setCollaborator({ repository, login: 'worker', permission: null });
    assert.deepEqual(await access(), [200, 403]);
    assert.deepEqual((await admin('GET', `${issues}/1`)).at('assignees.*.login'), ['robot']);
    github.state.setVisibility({ repository, private: true });
    assert.deepEqual(await access(), [404, 404]);
    github.state.setCollaborator({ repository, login: 'worker', permission: 'read' });
    assert.deepEqual(await access(), [200, 403]);
    github.state.setCollaborator({ repository, login: 'worker', permission: 'write' });
    assert.deepEqual(await access(), [200, 200]);
    github.state.setVisibility({ repository, private: false });
    assert.deepEqual(
      (await events()).filter((event) => !event.startsWith('issues')),
      [
        'member.added',
        'member.removed',
        'repository.privatized',
        'member.added',
        'member.edited',
        'repository.publicized',
      ],
    );
  });

  it('changes access with membership in the owning organization', async () => {
    github.state.setVisibility({ repository, private: true });
    assert.equal((await admin('GET', issues)).status, 200);
    github.state.setMember({ organization: 'acme', login: 'robot', role: null });
    assert.equal((await admin('GET', issues)).status, 404);
    github.state.setMember({ organization: 'acme', login: 'robot', role: 'member' });
    assert.equal((await admin('GET', '/repos/acme/web')).at('permissions.push'), true);
  });

  it('redirects the name before a transfer until another repository takes it', async () => {
    const { id } = github.state.issue({ repository, number: 1 });
    github.state.transferRepository({ repository, to: 'ann' });
    github.state.transferRepository({ repository: 'ann/web', to: 'acme' });
    github.state.transferRepository({ repository, to: 'ann', by: 'robot' });
    const redirect = await admin('GET', `${issues}/1`);
    assert.equal(redirect.status, 301);
    const found = await admin('GET', redirect.headers.get('location') ?? '');
    assert.equal(found.at('id'), id);
    assert.match(String(found.at('html_url')), /\/ann\/web\/issues\/1$/);
    github.state.addRepository({ owner: 'acme', name: 'web' });
    assert.equal((await admin('GET', `${issues}/1`)).status, 404);
    assert.deepEqual(await events(), ['repository.transferred', 'repository.transferred', 'repository.transferred']);
    const [first, second] = receiver.deliveries;
    assert.equal(first?.at('changes.owner.from.organization.login'), 'acme');
    assert.equal(first?.at('repository.full_name'), 'ann/web');
    assert.equal(second?.at('changes.owner.from.user.login'), 'ann');
    assert.equal(second?.at('organization.login'), 'acme');
  });

  it('keeps a person who transfers a private repository as a collaborator', async () => {
    github.state.addRepository({ owner: 'ann', name: 'own', private: true });
    const call = checkedClient(github, github.state.addToken({ login: 'ann' }));
    github.state.transferRepository({ repository: 'ann/own', to: 'acme' });
    const found = await call('GET', '/repos/acme/own');
    assert.deepEqual([found.at('permissions.push'), found.at('permissions.admin')], [true, false]);
  });

  it('refuses a transfer to an owner who has a repository with that name', () => {
    github.state.addRepository({ owner: 'ann', name: 'web' });
    assert.throws(() => github.state.transferRepository({ repository, to: 'ann' }), { code: 'already_exists' });
    assert.equal(github.state.issue({ repository, number: 1 }).title, 'First');
  });

  it('gives a repository under the name of a deleted one a new id and numbers from 1', async () => {
    const former = await admin('GET', '/repos/acme/web');
    github.state.renameRepository({ repository, name: 'site' });
    github.state.deleteRepository({ repository: 'acme/site' });
    for (const path of ['/repos/acme/web', '/repos/acme/site', `/repositories/${former.at('id')}`]) {
      assert.equal((await admin('GET', path)).status, 404);
    }
    github.state.addRepository({ owner: 'acme', name: 'web' });
    const created = await admin('GET', '/repos/acme/web');
    assert.notEqual(created.at('id'), former.at('id'));
    assert.deepEqual((await admin('GET', `${issues}?state=all`)).body, []);
    assert.equal((await admin('POST', issues, { title: 'Again' })).at('number'), 1);
    assert.equal((await admin('GET', `/repositories/${former.at('id')}/issues/1`)).status, 404);
  });

  it('ends the redirect of a former name when a new repository takes that name', async () => {
    const { id } = github.state.issue({ repository, number: 1 });
    github.state.renameRepository({ repository, name: 'site' });
    assert.equal((await admin('GET', `${issues}/1`)).status, 301);
    github.state.addRepository({ owner: 'acme', name: 'web' });
    assert.equal((await admin('GET', `${issues}/1`)).status, 404);
    assert.equal((await admin('POST', issues, { title: 'New' })).at('number'), 1);
    assert.equal((await admin('GET', '/repos/acme/site/issues/1')).at('id'), id);
  });

  it('serves every request about an issue at the target of its redirect', async () => {
    github.state.addRepository({ owner: 'acme', name: 'other' });
    const moved = github.state.transferIssue({ repository, number: 1, to: 'acme/other' });
    const follow = async (method: string, path: string, body?: unknown) => {
      const redirect = await admin(method, path, body);
      assert.equal(redirect.status, 301, `${method} ${path}`);
      const location = redirect.headers.get('location') ?? '';
      assert.match(location, /\/repositories\/\d+\/issues\/\d+/);
      return admin(method, location, body);
    };
    assert.equal((await follow('GET', `${issues}/1`)).at('id'), moved.id);
    assert.equal((await follow('PATCH', `${issues}/1`, { title: 'Moved' })).at('title'), 'Moved');
    assert.equal((await follow('POST', `${issues}/1/labels`, { labels: ['a/b'] })).at('1.name'), 'a/b');
    assert.deepEqual((await follow('DELETE', `${issues}/1/labels/a%2Fb`)).at('*.name'), ['bug']);
    assert.deepEqual((await follow('PUT', `${issues}/1/labels`, { labels: ['wontfix'] })).at('*.name'), ['wontfix']);
    const assignees = { assignees: ['robot'] };
    assert.deepEqual((await follow('POST', `${issues}/1/assignees`, assignees)).at('assignees.*.login'), ['robot']);
    assert.deepEqual((await follow('DELETE', `${issues}/1/assignees`, assignees)).at('assignees'), []);
    assert.equal((await follow('POST', `${issues}/1/comments`, { body: 'Hello' })).status, 201);
    assert.equal((await follow('GET', `${issues}/1/comments?per_page=1`)).at('0.body'), 'Hello');
    assert.deepEqual(github.violations, []);
  });

  it('redirects writes but never reads with 307 if the setting says so', async () => {
    github.settings.writeRedirect = 307;
    github.state.renameRepository({ repository, name: 'site' });
    assert.equal((await admin('GET', `${issues}/1`)).status, 301);
    const redirect = await admin('PATCH', `${issues}/1`, { title: 'A' });
    assert.equal(redirect.status, 307);
    assert.equal((await admin('PATCH', redirect.headers.get('location') ?? '', { title: 'A' })).status, 200);
  });
});
