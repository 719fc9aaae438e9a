import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnusablePayloadError } from '@commandcenter/integration-kit';
import { createMemoryContext } from '@commandcenter/integration-kit/testing';
import { GitHubIntegration } from '../github-integration.ts';

const repository = {
  id: 7,
  name: 'web',
  full_name: 'acme/web',
  owner: { login: 'acme', name: 'acme' },
  default_branch: 'main',
  clone_url: 'https://github.com/acme/web.git',
};
const external = {
  owner: 'acme',
  name: 'web',
  externalId: '7',
  defaultBranch: 'main',
  cloneUrl: 'https://github.com/acme/web.git',
};
const issue = {
  id: 100,
  number: 1,
  html_url: 'https://github.com/acme/web/issues/1',
  title: 'Broken',
  body: null,
  state: 'closed',
  state_reason: 'not_planned',
  labels: [{ name: 'bug' }],
  assignees: [{ login: 'ann' }],
  user: { id: 3, login: 'bob', type: 'User' },
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-02T00:00:00Z',
};
const item = {
  externalId: '100',
  number: 1,
  url: issue.html_url,
  repository: external,
  title: 'Broken',
  body: '',
  state: 'closed',
  stateReason: 'not_planned',
  labels: ['bug'],
  assignees: ['ann'],
  author: { id: '3', login: 'bob', type: 'user' },
  createdAt: issue.created_at,
  updatedAt: issue.updated_at,
};

const handle = async (event: string, payload: Record<string, unknown>) => {
  const context = createMemoryContext();
  const result = await new GitHubIntegration(context).handleWebhook(event, { repository, ...payload });
  return { ...result, changes: context.changes };
};

const issueActions =
  `opened edited closed reopened assigned unassigned labeled unlabeled milestoned demilestoned typed untyped locked unlocked
  pinned unpinned`.split(/\s+/);

describe('issues events', () => {
  it('contain a snapshot of the issue for every action', async () => {
    for (const action of issueActions) {
      const { status, changes } = await handle('issues', { action, issue });
      assert.equal(status, 'processed', action);
      assert.deepEqual(changes, [{ kind: 'item', item }], action);
    }
  });

  it('name the issue that was deleted', async () => {
    const { changes } = await handle('issues', { action: 'deleted', issue });
    assert.deepEqual(changes, [{ kind: 'item_deleted', externalId: '100', repository: external }]);
  });

  it('name the new issue after a transfer, if GitHub includes it', async () => {
    const changes = {
      new_issue: { ...issue, id: 200, number: 9 },
      new_repository: { ...repository, id: 8, name: 'api' },
    };
    const moved = await handle('issues', { action: 'transferred', issue, changes });
    const to = { ...item, externalId: '200', number: 9, repository: { ...external, externalId: '8', name: 'api' } };
    assert.deepEqual(moved.changes, [{ kind: 'item_transferred', externalId: '100', repository: external, to }]);
    const silent = await handle('issues', { action: 'transferred', issue, changes: {} });
    assert.deepEqual(silent.changes, [{ kind: 'item_transferred', externalId: '100', repository: external, to: null }]);
  });

  it('contain the former id of an issue that a transfer opened', async () => {
    const changes = { old_issue: { ...issue, id: 50 }, old_repository: { ...repository, id: 8 } };
    const opened = await handle('issues', { action: 'opened', issue, changes });
    assert.deepEqual(opened.changes, [{ kind: 'item', item: { ...item, movedFrom: '50' } }]);
    for (const none of [null, {}, { old_issue: null }]) {
      const plain = await handle('issues', { action: 'opened', issue, changes: none });
      assert.deepEqual(plain.changes, [{ kind: 'item', item }]);
    }
  });

  it('are ignored if the issue is a pull request', async () => {
    const { status, changes } = await handle('issues', {
      action: 'opened',
      issue: { ...issue, pull_request: { url: 'x' } },
    });
    assert.equal(status, 'ignored');
    assert.deepEqual(changes, []);
  });

  it('separate a create marker from the text', async () => {
    const mac = 'ab'.repeat(32);
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const { changes } = await handle('issues', {
      action: 'opened',
      issue: { ...issue, body: `Text\r\n\r\n<!-- commandcenter:${id}:${mac} -->` },
    });
    assert.deepEqual(changes, [{ kind: 'item', item: { ...item, body: 'Text', marker: { id, mac } } }]);
  });

  it('leave fields that the payload lacks out of the snapshot', async () => {
    const { id, number, html_url, updated_at } = issue;
    const { changes } = await handle('issues', { action: 'pinned', issue: { id, number, html_url, updated_at } });
    const known = { externalId: '100', number: 1, url: html_url, repository: external, author: null };
    assert.deepEqual(changes, [{ kind: 'item', item: { ...known, updatedAt: updated_at } }]);
  });

  it('distinguish an empty field from one that is not known', async () => {
    const { state_reason: _missing, ...withoutReason } = issue;
    const { body: _body, labels: _labels, assignees: _assignees, stateReason: _stateReason, ...rest } = item;
    const cases = [
      [
        { ...withoutReason, body: null, labels: [], assignees: [] },
        { ...rest, body: '', labels: [], assignees: [] },
      ],
      [
        { ...issue, state: 'open', state_reason: null, labels: null, assignees: null },
        { ...rest, body: '', state: 'open', stateReason: null },
      ],
    ];
    for (const [payload, expected] of cases) {
      const { changes } = await handle('issues', { action: 'edited', issue: payload });
      assert.deepEqual(changes, [{ kind: 'item', item: expected }]);
    }
  });

  it('skip null entries of labels and assignees', async () => {
    const { changes } = await handle('issues', {
      action: 'labeled',
      issue: { ...issue, labels: [null, { name: 'bug' }, { name: null }], assignees: [null, { login: 'ann' }] },
    });
    assert.deepEqual(changes, [{ kind: 'item', item }]);
  });

  it('are unusable if a needed field is missing, and the error names it', async () => {
    const { number: _missing, ...without } = issue;
    await assert.rejects(handle('issues', { action: 'opened', issue: without }), (error: unknown) => {
      assert.ok(error instanceof UnusablePayloadError);
      assert.equal(error.message, "The payload's /issue/number is missing.");
      return true;
    });
  });
});

describe('pull_request events', () => {
  const branch = (sha: string, ref: string, id: number | null) => ({ sha, ref, repo: id === null ? null : { id } });
  const pull_request = { number: 5, title: 'Add', head: branch('h', 'feature', 7), base: branch('b', 'main', 7) };

  it('request an analysis when there are new commits to analyze', async () => {
    for (const action of ['opened', 'synchronize', 'reopened']) {
      const { changes } = await handle('pull_request', { action, pull_request });
      const pullRequest = {
        number: 5,
        title: 'Add',
        headSha: 'h',
        headRef: 'feature',
        baseSha: 'b',
        baseRef: 'main',
        fork: false,
      };
      assert.deepEqual(changes, [{ kind: 'analysis_requested', repository: external, pullRequest }]);
    }
    assert.equal((await handle('pull_request', { action: 'closed', pull_request })).status, 'ignored');
  });

  it('recognize a fork, even a deleted one', async () => {
    for (const id of [8, null]) {
      const { changes } = await handle('pull_request', {
        action: 'opened',
        pull_request: { ...pull_request, head: branch('h', 'x', id) },
      });
      assert.equal(changes[0]?.kind === 'analysis_requested' && changes[0].pullRequest.fork, true);
    }
  });
});

describe('push events', () => {
  const push = (fields: object) => handle('push', { ref: 'refs/heads/main', after: 'abc', deleted: false, ...fields });

  it('report new commits on the default branch', async () => {
    const { changes } = await push({ repository: { ...repository, pushed_at: 1_767_225_600 } });
    const expected = {
      kind: 'branch_pushed',
      repository: external,
      branch: 'main',
      headSha: 'abc',
      pushedAt: '2026-01-01T00:00:00.000Z',
    };
    assert.deepEqual(changes, [expected]);
  });

  it('are ignored with a reason for other branches, tags and deleted branches', async () => {
    assert.equal((await push({ ref: 'refs/heads/dev' })).reason, 'dev is not the default branch (main).');
    assert.equal((await push({ ref: 'refs/tags/v1' })).reason, 'refs/tags/v1 is not a branch.');
    assert.equal((await push({ deleted: true })).reason, 'The branch main was deleted.');
  });
});

describe('label and repository events', () => {
  it('rename and remove labels', async () => {
    const renamed = await handle('label', {
      action: 'edited',
      label: { name: 'defect' },
      changes: { name: { from: 'bug' } },
    });
    assert.deepEqual(renamed.changes, [{ kind: 'label_renamed', repository: external, from: 'bug', to: 'defect' }]);
    const deleted = await handle('label', { action: 'deleted', label: { name: 'bug' } });
    assert.deepEqual(deleted.changes, [{ kind: 'label_deleted', repository: external, name: 'bug' }]);
    const recoloured = await handle('label', {
      action: 'edited',
      label: { name: 'bug' },
      changes: { color: { from: 'fff' } },
    });
    assert.equal(recoloured.status, 'ignored');
  });

  it("contain a repository's former name and owner", async () => {
    const renamed = await handle('repository', {
      action: 'renamed',
      changes: { repository: { name: { from: 'site' } } },
    });
    assert.deepEqual(renamed.changes, [
      { kind: 'repository_renamed', repository: external, from: { owner: 'acme', name: 'site' } },
    ]);
    const moved = await handle('repository', {
      action: 'transferred',
      changes: { owner: { from: { user: { login: 'ann' } } } },
    });
    assert.deepEqual(moved.changes, [
      { kind: 'repository_renamed', repository: external, from: { owner: 'ann', name: 'web' } },
    ]);
  });

  it('contain the changed state of a repository', async () => {
    for (const action of ['archived', 'unarchived', 'privatized', 'publicized', 'edited']) {
      const changed = { ...repository, node_id: 'R_7', archived: action === 'archived', has_issues: false };
      const { changes } = await handle('repository', { action, repository: changed });
      const now = { ...external, handle: 'R_7', archived: action === 'archived', itemsDisabled: true };
      assert.deepEqual(changes, [{ kind: 'repository_changed', repository: now }], action);
    }
    assert.equal((await handle('repository', { action: 'created' })).status, 'ignored');
  });

  it('report that a repository was deleted', async () => {
    const { changes } = await handle('repository', { action: 'deleted' });
    assert.deepEqual(changes, [{ kind: 'repository_deleted', repository: external }]);
  });

  it('are ignored with a reason if no handler exists', async () => {
    assert.equal((await handle('star', { action: 'created' })).reason, 'star events change nothing here.');
    assert.equal((await handle('__proto__', {})).status, 'ignored');
  });
});
