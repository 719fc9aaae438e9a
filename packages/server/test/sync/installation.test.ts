import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Installation } from '@commandcenter/fake-github';
import { waitFor } from '../harness/wait-for.ts';
import { APP_ID, REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

describe('the installation of a GitHub App', () => {
  let sync: RunningSync;
  let installation: Installation;
  let task: number;
  beforeEach(async () => {
    sync = await RunningSync.start({}, { auth: 'github_app' });
    await sync.world.receiveWebhooks();
    task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
    // Write once before access is lost, which shows that the credential works.
    await sync.edit(task, { description: 'Written' });
    await sync.inSync(task);
    await sync.world.atRest();
    assert.ok(sync.world.installation);
    installation = sync.world.installation;
  });
  afterEach(() => sync.close());

  const issue = () => sync.state.issue({ repository: REPOSITORY, number: 1 });

  const isBlocked = () => waitFor('the integration to wait', async () => (await sync.integration()).auth_blocked);

  /** Asserts that the work waits with an error of class `auth`, and that no link was given up. */
  async function assertWaits(): Promise<void> {
    await isBlocked();
    const { last_error_class, enabled, disabled_by } = await sync.integration();
    assert.deepEqual([last_error_class, enabled, disabled_by], ['auth', true, null]);
    const links = await sync.world.here.links();
    assert.deepEqual(
      links.map(({ sync_state }) => sync_state),
      links.map(() => 'pending'),
    );
    assert.equal(issue().title, 'First');
  }

  async function assertSent(title: string): Promise<void> {
    await sync.inSync(task);
    await waitFor('the edit', () => issue().title === title);
    const { auth_blocked, enabled } = await sync.integration();
    assert.deepEqual([auth_blocked, enabled], [false, true]);
  }

  test('sends the waiting work after a suspension is lifted', async () => {
    sync.state.suspendInstallation(installation);
    await isBlocked();
    await sync.edit(task, { title: 'Waited' });
    await assertWaits();
    sync.state.unsuspendInstallation(installation);
    await assertSent('Waited');
  });

  test('waits for the end of a suspension that only a refused write has shown', async () => {
    sync.world.github.webhooks.drop = () => true;
    sync.state.suspendInstallation(installation);
    await sync.edit(task, { title: 'Waited' });
    await assertWaits();
    sync.world.github.webhooks.drop = null;
    sync.state.unsuspendInstallation(installation);
    await assertSent('Waited');
  });

  test('continues under the new id of a new installation, from the event `created`', async () => {
    sync.state.removeInstallation(installation);
    await isBlocked();
    await sync.edit(task, { title: 'Waited' });
    await assertWaits();
    const { id } = sync.state.addInstallation({ appId: APP_ID, account: 'my-org' });
    assert.notEqual(id, installation.id);
    await assertSent('Waited');
    assert.equal((await sync.integration()).config.installation_id, id);
  });

  test('does not replace a deleted installation by one of another account', async () => {
    sync.state.removeInstallation(installation);
    await isBlocked();
    sync.state.addOrganization('stranger');
    sync.state.addInstallation({ appId: APP_ID, account: 'stranger' });
    await sync.world.github.webhooks.idle();
    assert.equal((await sync.integration()).config.installation_id, installation.id);
    assert.equal((await sync.integration()).auth_blocked, true);
  });

  test('continues after a PATCH of installation_id when only a 404 of the token endpoint has shown the deletion', async () => {
    sync.world.github.webhooks.drop = () => true;
    sync.state.removeInstallation(installation);
    await sync.edit(task, { title: 'Waited' });
    await assertWaits();
    assert.ok(
      sync.world.github.requests
        .all()
        .some(({ path, status }) => path === `/app/installations/${installation.id}/access_tokens` && status === 404),
      'a token was asked for and not found',
    );
    const { id } = sync.state.addInstallation({ appId: APP_ID, account: 'my-org' });
    await sync.change({ config: { installation_id: id } });
    await assertSent('Waited');
  });
});
