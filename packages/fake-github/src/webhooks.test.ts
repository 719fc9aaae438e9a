import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { newApp } from './testing/app-key.ts';
import { checkedClient } from './testing/checked-client.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const repository = 'acme/web';

describe('webhooks of the fake GitHub', () => {
  let github: FakeGitHub;
  let receiver: Receiver;

  beforeEach(async () => {
    github = await startFakeGitHub();
    receiver = await startReceiver();
    github.state.addOrganization('acme', { members: { robot: 'admin', ann: 'member' } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    github.state.addRepository({ owner: 'acme', name: 'other' });
  });
  afterEach(async () => {
    await github.close();
    await receiver[Symbol.asyncDispose]();
  });

  const hook = (options: { contentType?: 'json' | 'form' } = {}): void => {
    github.state.addWebhook({ repository, url: receiver.url, secret: 'a secret', ...options });
  };
  const titles = (): string[] => receiver.deliveries.map((delivery) => String(delivery.at('issue.title')));

  it('have payloads that match GitHub’s description', async () => {
    hook();
    github.state.addWebhook({ organization: 'acme', url: receiver.url, events: ['projects_v2_item', 'push'] });
    const first = { repository, number: 1 };
    github.state.addIssue({ repository, title: 'A', body: 'x', labels: ['bug'], assignees: ['ann'] });
    github.state.editIssue({ ...first, title: 'B', body: 'y' });
    github.state.labelIssue({ ...first, labels: ['fresh'] });
    github.state.unlabelIssue({ ...first, labels: ['bug'] });
    github.state.assignIssue({ ...first, assignees: ['robot'] });
    github.state.unassignIssue({ ...first, assignees: ['ann'] });
    github.state.closeIssue({ ...first, reason: 'not_planned' });
    github.state.reopenIssue(first);
    github.state.commentOnIssue({ ...first, body: 'Hello' });
    github.state.addLabel({ repository, name: 'sky' });
    github.state.renameLabel({ repository, name: 'sky', newName: 'heaven' });
    github.state.deleteLabel({ repository, name: 'heaven' });
    const pull = { repository, number: github.state.addPullRequest({ repository, title: 'P', head: 'topic' }).number };
    github.state.synchronizePullRequest(pull);
    github.state.editIssue({ ...pull, title: 'Q' });
    github.state.closeIssue(pull);
    github.state.reopenIssue(pull);
    github.state.push({ repository, commits: [{ message: 'One' }, { message: 'Two', added: ['a.txt'] }] });
    const project = github.state.addProject({ owner: 'acme', title: 'Board' });
    const item = github.state.addProjectItem({ project, content: first, status: 'Todo' });
    github.state.moveProjectItem({ item, status: 'Done' });
    github.state.transferIssue({ ...first, to: 'acme/other' });
    github.state.renameRepository({ repository, name: 'website' });
    github.state.deleteRepository({ repository });
    await github.webhooks.idle();
    assert.deepEqual(receiver.schemaErrors, []);
    const seen = new Set(receiver.events());
    for (const event of ['issues.transferred', 'pull_request.synchronize', 'push', 'projects_v2_item.edited']) {
      assert.ok(seen.has(event), `${event} is among ${[...seen].join(', ')}`);
    }
    assert.equal(receiver.deliveries[0]?.at('organization.login'), 'acme');
    assert.equal(receiver.deliveries[0]?.at('sender.login'), 'monalisa');
  });

  it('have GitHub’s headers and a signature of the body, as JSON and as a form', async () => {
    hook();
    hook({ contentType: 'form' });
    github.state.addIssue({ repository, title: 'Grüße 👋 & more' });
    await github.webhooks.idle();
    assert.equal(receiver.deliveries.length, 2);
    const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const { headers, raw, at } of receiver.deliveries) {
      assert.equal(headers['x-github-event'], 'issues');
      assert.match(headers['x-github-delivery'] ?? '', guid);
      assert.match(headers['x-github-hook-id'] ?? '', /^\d+$/);
      assert.equal(headers['x-github-hook-installation-target-type'], 'repository');
      assert.equal(headers['x-github-hook-installation-target-id'], String(at('repository.id')));
      assert.match(headers['user-agent'] ?? '', /^GitHub-Hookshot\//);
      const expected = `sha256=${createHmac('sha256', 'a secret').update(raw).digest('hex')}`;
      assert.equal(headers['x-hub-signature-256'], expected);
      assert.equal(at('issue.title'), 'Grüße 👋 & more');
    }
    const types = receiver.deliveries.map((delivery) => delivery.headers['content-type']).sort();
    assert.deepEqual(types, ['application/json', 'application/x-www-form-urlencoded']);
  });

  it('of an app contain its installation', async () => {
    github.state.addApp({ appId: 5, slug: 'cc', publicKey: newApp().privateKey });
    const { id } = github.state.addInstallation({ appId: 5, account: 'acme', repositories: [repository] });
    github.state.addWebhook({ appId: 5, url: receiver.url });
    github.state.addIssue({ repository: 'acme/other', title: 'Not installed there' });
    github.state.addIssue({ repository, title: 'Installed here' });
    await github.webhooks.idle();
    assert.deepEqual(titles(), ['Installed here']);
    assert.equal(receiver.deliveries[0]?.at('installation.id'), id);
    assert.equal(receiver.deliveries[0]?.headers['x-github-hook-installation-target-type'], 'integration');
    assert.deepEqual(receiver.schemaErrors, []);
  });

  it('keep GUID and body when they are redelivered', async () => {
    hook();
    receiver.status = 500;
    github.state.addIssue({ repository, title: 'A' });
    await github.webhooks.idle();
    const failed = github.webhooks.log.all()[0];
    assert.ok(failed);
    assert.deepEqual([failed.statusCode, failed.status], [500, 'Internal Server Error']);
    receiver.status = 202;
    const again = github.webhooks.redeliver(failed);
    await github.webhooks.idle();
    assert.equal(receiver.deliveries.length, 2);
    assert.deepEqual([again.guid, again.redelivery, again.statusCode], [failed.guid, true, 202]);
    assert.equal(receiver.deliveries[1]?.raw, receiver.deliveries[0]?.raw);
    assert.equal(receiver.deliveries[1]?.headers['x-github-delivery'], failed.guid);
  });

  it('can be held back and sent in another order', async () => {
    hook();
    github.webhooks.pause();
    for (const title of ['A', 'B', 'C']) github.state.addIssue({ repository, title });
    await github.webhooks.idle();
    assert.deepEqual([receiver.deliveries.length, github.webhooks.held], [0, 3]);
    github.webhooks.resume((held) => held.toReversed());
    await github.webhooks.idle();
    assert.deepEqual(titles(), ['C', 'B', 'A']);
  });

  it('can be lost, dropped by a condition, and sent twice with the same GUID', async () => {
    hook();
    github.webhooks.pause();
    github.state.addIssue({ repository, title: 'Lost' });
    github.webhooks.resume(() => []);
    github.webhooks.drop = (delivery) => delivery.payload.includes('Dropped');
    github.state.addIssue({ repository, title: 'Dropped' });
    github.webhooks.copies = 2;
    github.state.addIssue({ repository, title: 'Twice' });
    await github.webhooks.idle();
    assert.deepEqual(titles(), ['Twice', 'Twice']);
    const guids = new Set(receiver.deliveries.map((delivery) => delivery.headers['x-github-delivery']));
    assert.equal(guids.size, 1);
  });

  it('include a ping for a hook that was created by the API', async () => {
    const call = checkedClient(github, github.state.addToken({ login: 'robot' }));
    const config = { url: receiver.url, content_type: 'json', secret: 'x' };
    await call('POST', '/repos/acme/web/hooks', { config, events: ['issues', 'label'] });
    await github.webhooks.idle();
    assert.deepEqual(receiver.events(), ['ping']);
    assert.deepEqual(receiver.schemaErrors, []);
    github.state.push({ repository });
    github.state.addIssue({ repository, title: 'A' });
    await github.webhooks.idle();
    assert.deepEqual(receiver.events(), ['ping', 'issues.opened']);
  });

  it('can arrive before the response of the create', async () => {
    hook();
    github.webhooksOvertake = true;
    const call = checkedClient(github, github.state.addToken({ login: 'robot' }));
    await call('POST', '/repos/acme/web/issues', { title: 'A' });
    assert.deepEqual(receiver.events(), ['issues.opened']);
  });

  it('are tried once and logged as failed if the receiver cannot be reached', async () => {
    github.state.addWebhook({ repository, url: 'http://127.0.0.1:9/hook' });
    github.state.addIssue({ repository, title: 'A' });
    await github.webhooks.idle();
    const [only, ...more] = github.webhooks.log.all();
    assert.deepEqual([only?.statusCode, only?.status, more.length], [0, 'failed to connect to host', 0]);
  });
});
