import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IntegrationRecord } from '@commandcenter/integration-kit';
import { createMemoryContext } from '@commandcenter/integration-kit/testing';
import { GitHubIntegration } from '../github-integration.ts';

const app = { authType: 'github_app', config: { app_id: 12, installation_id: 5 } };
const installation = { id: 5, app_id: 12, client_id: 'Iv23li12', account: { login: 'acme' } };
const sender = { login: 'ann' };

const handle = async (event: string, payload: Record<string, unknown>, record: Partial<IntegrationRecord> = app) => {
  const context = createMemoryContext({ record });
  const integration = new GitHubIntegration(context);
  const result = await integration.handleWebhook(event, { installation, sender, ...payload });
  return { ...result, changes: context.changes };
};

describe('installation events', () => {
  it('report that access was revoked, by whom and on which account', async () => {
    for (const [action, deed] of [
      ['deleted', 'uninstalled'],
      ['suspend', 'suspended'],
    ]) {
      const { changes } = await handle('installation', { action });
      assert.deepEqual(changes, [{ kind: 'access_changed', granted: false, reason: `ann ${deed} the App on acme.` }]);
    }
  });

  it('report that access was granted, with the installation to use', async () => {
    for (const [action, deed] of [
      ['created', 'installed'],
      ['unsuspend', 'lifted the suspension of'],
      ['new_permissions_accepted', 'accepted the new permissions of'],
    ]) {
      const { changes } = await handle('installation', { action });
      const reason = `ann ${deed} the App on acme.`;
      const config = { installation_id: 5 };
      assert.deepEqual(changes, [{ kind: 'access_changed', granted: true, reason, config, account: 'acme' }]);
    }
  });

  it('report a new installation of the same App, and are otherwise ignored for other installations', async () => {
    const other = { ...installation, id: 6, account: { login: 'other' } };
    const { changes } = await handle('installation', { action: 'created', installation: other });
    const config = { installation_id: 6 };
    assert.deepEqual(changes, [
      { kind: 'access_changed', granted: true, reason: 'ann installed the App on other.', config, account: 'other' },
    ]);
    for (const action of ['deleted', 'suspend', 'unsuspend', 'new_permissions_accepted']) {
      const { status, reason } = await handle('installation', { action, installation: other });
      assert.deepEqual([status, reason], ['ignored', 'Installation 6 on other is not the one of this integration.']);
    }
  });

  it('are ignored if they belong to another App', async () => {
    const foreign = { ...installation, app_id: 13, client_id: 'Iv23li13' };
    for (const action of ['created', 'deleted']) {
      const { status, reason } = await handle('installation', { action, installation: foreign });
      assert.deepEqual([status, reason], ['ignored', 'The installation belongs to another App (13).']);
    }
  });

  it('are recognized if the App is configured as text or by its client id', async () => {
    for (const app_id of ['12', 'Iv23li12']) {
      const record = { ...app, config: { ...app.config, app_id } };
      assert.equal((await handle('installation', { action: 'suspend' }, record)).status, 'processed');
    }
  });

  it('are ignored by an integration that signs in with a token', async () => {
    for (const [event, action] of [
      ['installation', 'deleted'],
      ['installation_repositories', 'removed'],
    ] as const) {
      const { status, reason } = await handle(event, { action }, { authType: 'token', config: app.config });
      const expected = 'This integration is not a GitHub App, so it has no installation.';
      assert.deepEqual([status, reason], ['ignored', expected]);
    }
  });

  it('name the account of an enterprise, and need no sender', async () => {
    const { changes } = await handle('installation', {
      action: 'suspend',
      installation: { ...installation, account: { slug: 'big' } },
      sender: null,
    });
    assert.equal(changes[0]?.kind === 'access_changed' && changes[0].reason, 'Somebody suspended the App on big.');
  });
});

describe('installation_repositories events', () => {
  const web = { id: 7, node_id: 'R_7', name: 'web', full_name: 'acme/web', private: true };
  const external = { owner: 'acme', name: 'web', externalId: '7', handle: 'R_7' };

  it('name the repositories that were added and removed', async () => {
    const added = await handle('installation_repositories', {
      action: 'added',
      repositories_added: [web],
      repositories_removed: [],
    });
    assert.deepEqual(added.changes, [{ kind: 'repository_access_changed', added: [external], removed: [] }]);
    const removed = await handle('installation_repositories', { action: 'removed', repositories_removed: [web] });
    assert.deepEqual(removed.changes, [{ kind: 'repository_access_changed', added: [], removed: [external] }]);
  });

  it('are ignored for other installations and without repositories', async () => {
    const repositories_added = [web];
    const other = { ...installation, id: 6 };
    const event = 'installation_repositories';
    const foreign = await handle(event, { action: 'added', repositories_added, installation: other });
    assert.equal(foreign.reason, 'Installation 6 on acme is not the one of this integration.');
    const empty = await handle(event, { action: 'added', repositories_added: [], repositories_removed: [] });
    assert.equal(empty.reason, 'The event names no repository.');
  });
});
