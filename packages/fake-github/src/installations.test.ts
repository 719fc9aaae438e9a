import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { newApp } from './testing/app-key.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const { privateKey, jwt } = newApp();
const appId = 7;

describe('the fake GitHub, for installations of an App,', () => {
  let github: FakeGitHub;
  let receiver: Receiver;
  let app: Call;

  beforeEach(async () => {
    github = await startFakeGitHub();
    receiver = await startReceiver();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    for (const name of ['one', 'two', 'three']) github.state.addRepository({ owner: 'acme', name, private: true });
    github.state.addApp({ appId, slug: 'cc', publicKey: privateKey });
    github.state.addWebhook({ appId, url: receiver.url, events: ['issues'] });
    app = checkedClient(github, jwt(String(appId)));
  });
  afterEach(async () => {
    await github.close();
    await receiver[Symbol.asyncDispose]();
  });

  const installed = async (id: number): Promise<Call> => {
    const answer = await app('POST', `/app/installations/${id}/access_tokens`, {});
    assert.equal(answer.status, 201);
    return checkedClient(github, String(answer.at('token')));
  };
  const events = async (): Promise<string[]> => {
    await github.webhooks.idle();
    assert.deepEqual(receiver.schemaErrors, []);
    return receiver.events();
  };

  it('sends events when one is created, suspended, unsuspended or deleted, without a subscription', async () => {
    github.state.addWebhook({ organization: 'acme', url: receiver.url });
    const installation = github.state.addInstallation({ appId, account: 'acme', repositories: ['acme/one'] });
    github.state.suspendInstallation(installation, { by: 'robot' });
    github.state.unsuspendInstallation(installation);
    github.state.suspendInstallation(installation);
    github.state.removeInstallation(installation);
    const actions = ['created', 'suspend', 'unsuspend', 'suspend', 'deleted'];
    assert.deepEqual(
      await events(),
      actions.map((action) => `installation.${action}`),
    );
    const [created, suspended, unsuspended] = receiver.deliveries;
    assert.equal(created?.headers['x-github-hook-installation-target-type'], 'integration');
    assert.equal(created?.at('installation.id'), installation.id);
    assert.equal(created?.at('installation.account.login'), 'acme');
    assert.equal(created?.at('installation.app_id'), appId);
    assert.equal(created?.at('installation.repository_selection'), 'selected');
    assert.equal(created?.at('installation.suspended_at'), null);
    assert.deepEqual(created?.at('repositories.*.full_name'), ['acme/one']);
    assert.equal(typeof suspended?.at('installation.suspended_at'), 'string');
    assert.equal(suspended?.at('installation.suspended_by.login'), 'robot');
    assert.equal(unsuspended?.at('installation.suspended_at'), null);
  });

  it('restores the access of a token when its installation is unsuspended', async () => {
    const installation = github.state.addInstallation({ appId, account: 'acme' });
    const call = await installed(installation.id);
    github.state.suspendInstallation(installation);
    const refused = await call('GET', '/repos/acme/one/issues');
    assert.deepEqual([refused.status, refused.at('message')], [403, 'This installation has been suspended']);
    assert.equal((await app('POST', `/app/installations/${installation.id}/access_tokens`, {})).status, 403);
    github.state.unsuspendInstallation(installation);
    assert.equal((await call('GET', '/repos/acme/one/issues')).status, 200);
  });

  it('gives a repeated installation a new id, and the old tokens no access', async () => {
    const former = github.state.addInstallation({ appId, account: 'acme' });
    const call = await installed(former.id);
    github.state.removeInstallation(former);
    const next = github.state.addInstallation({ appId, account: 'acme' });
    assert.notEqual(next.id, former.id);
    assert.equal((await call('GET', '/repos/acme/one/issues')).status, 401);
    assert.equal((await app('POST', `/app/installations/${former.id}/access_tokens`, {})).status, 404);
    assert.equal((await (await installed(next.id))('GET', '/repos/acme/one/issues')).status, 200);
  });

  it('sends events for added and removed repositories, and updates existing tokens', async () => {
    const installation = github.state.addInstallation({ appId, account: 'acme', repositories: ['acme/one'] });
    const call = await installed(installation.id);
    const change = { add: ['acme/one', 'acme/two'], remove: ['acme/one', 'acme/three'] };
    github.state.changeInstallationRepositories({ installation, ...change });
    assert.equal((await call('GET', '/repos/acme/one/issues')).status, 404);
    assert.equal((await call('GET', '/repos/acme/two/issues')).status, 200);
    assert.deepEqual(await events(), [
      'installation.created',
      'installation_repositories.added',
      'installation_repositories.removed',
    ]);
    const [, added, removed] = receiver.deliveries;
    assert.deepEqual(added?.at('repositories_added.*.full_name'), ['acme/two']);
    assert.deepEqual(added?.at('repositories_removed'), []);
    assert.deepEqual(removed?.at('repositories_removed.*.full_name'), ['acme/one']);
    assert.equal(removed?.at('repository_selection'), 'selected');
  });

  it('selects the remaining repositories when one is removed from all', async () => {
    const installation = github.state.addInstallation({ appId, account: 'acme' });
    github.state.changeInstallationRepositories({ installation, remove: ['acme/two'] });
    const answer = await (await installed(installation.id))('GET', '/installation/repositories');
    assert.equal(answer.at('repository_selection'), 'selected');
    assert.deepEqual(answer.at('repositories.*.name'), ['one', 'three']);
  });

  it('refuses to add a repository of another account', () => {
    github.state.addRepository({ owner: 'ann', name: 'own' });
    const installation = github.state.addInstallation({ appId, account: 'acme', repositories: [] });
    const add = ['ann/own'];
    assert.throws(() => github.state.changeInstallationRepositories({ installation, add }), { code: 'wrong_argument' });
  });

  it('removes a repository that is transferred to another account', async () => {
    const installation = github.state.addInstallation({ appId, account: 'acme', repositories: ['acme/one'] });
    const call = await installed(installation.id);
    github.state.transferRepository({ repository: 'acme/one', to: 'ann' });
    assert.equal((await call('GET', '/repos/ann/one')).status, 404);
  });

  it('lists them and finds them by organization, user and repository', async () => {
    github.state.addUser('ann');
    const organization = github.state.addInstallation({ appId, account: 'acme', repositories: ['acme/one'] });
    const user = github.state.addInstallation({ appId, account: 'ann' });
    assert.deepEqual((await app('GET', '/app/installations')).at('*.id'), [organization.id, user.id]);
    const page = await app('GET', '/app/installations?per_page=1');
    assert.match(page.headers.get('link') ?? '', /\/app\/installations\?per_page=1&page=2>; rel="next"/);
    const find = async (path: string): Promise<unknown> => {
      const answer = await app('GET', path);
      return answer.status === 200 ? answer.at('id') : answer.status;
    };
    assert.equal(await find('/orgs/acme/installation'), organization.id);
    assert.equal(await find('/orgs/ann/installation'), 404);
    assert.equal(await find('/users/ann/installation'), user.id);
    assert.equal(await find('/users/robot/installation'), 404);
    assert.equal(await find('/repos/acme/one/installation'), organization.id);
    assert.equal(await find('/repos/acme/two/installation'), 404);
    github.state.renameRepository({ repository: 'acme/one', name: 'uno' });
    const redirect = await app('GET', '/repos/acme/one/installation');
    assert.equal(redirect.status, 301);
    assert.equal(await find(redirect.headers.get('location') ?? ''), organization.id);
    github.state.removeInstallation(organization);
    assert.equal(await find('/orgs/acme/installation'), 404);
    const person = checkedClient(github, github.state.addToken({ login: 'robot' }));
    assert.equal((await person('GET', '/orgs/acme/installation')).status, 401);
  });
});
