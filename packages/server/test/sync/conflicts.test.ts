import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ApiError } from '../../src/errors.ts';
import { type Decision, decideConflict, undoConflict } from '../../src/sync/commands/decide-conflict.ts';
import { syncTaskToIssue } from '../../src/sync/commands/task-to-issue.ts';
import type { ConflictPolicy } from '../../src/sync/conflicts/conflict.ts';
import { type ConflictObject, listConflicts } from '../../src/sync/conflicts/conflict-queries.ts';
import { listTaskHistory } from '../../src/tasks/task-history-queries.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

let sync: RunningSync;
let task: number;
afterEach(() => sync.close());

const issue = () => sync.state.issue({ repository: REPOSITORY, number: 1 });
const editIssue = (fields: { title?: string; body?: string }) =>
  sync.state.editIssue({ repository: REPOSITORY, number: 1, ...fields });
const titles = async () => ({ task: (await sync.task(task)).title, issue: issue().title });
const transaction = () => sync.world.database.db.transaction();

async function conflicts(): Promise<ConflictObject[]> {
  const filter = { projectIds: null, task_id: task };
  return (await listConflicts(sync.world.database.db, filter, { limit: 10, after: undefined })).items;
}

async function onlyConflict(): Promise<ConflictObject> {
  const [conflict, ...others] = await conflicts();
  assert.ok(conflict);
  assert.deepEqual(others, []);
  return conflict;
}

async function decide(decision: Pick<Decision, 'take' | 'value'>): Promise<ConflictObject> {
  const { id: conflictId } = await onlyConflict();
  return transaction().execute((trx) => decideConflict(trx, { ...decision, conflictId, actor: person }));
}

async function undo(): Promise<ConflictObject> {
  const { id: conflictId } = await onlyConflict();
  return transaction().execute((trx) => undoConflict(trx, { conflictId, actor: person }));
}

const fails = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.status, error.code], [status, code]);
  return true;
};

/**
 * Edits an issue and its task to different titles. The event of the issue is lost, so that the write of the task discovers the conflict.
 */
async function editBoth(conflict_policy: ConflictPolicy): Promise<void> {
  sync = await RunningSync.start({ conflict_policy });
  await sync.world.receiveWebhooks();
  task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
  await sync.world.atRest();
  sync.world.github.webhooks.drop = () => true;
  editIssue({ title: 'Theirs' });
  await sync.edit(task, { title: 'Ours' });
  await waitFor('the conflict', async () => (await conflicts()).length > 0);
  await sync.world.atRest();
}

describe('under the policy', () => {
  for (const [policy, winner] of [
    ['remote', 'Theirs'],
    ['local', 'Ours'],
  ] as const)
    test(`${policy}, an edit on both sides ends with "${winner}" on both, and the other value is kept`, async () => {
      await editBoth(policy);
      assert.deepEqual(await titles(), { task: winner, issue: winner });
      const { outcome, ours, theirs, base, policy: shown } = await onlyConflict();
      assert.deepEqual(
        [outcome, ours, theirs, base, shown],
        [winner === 'Ours' ? 'ours' : 'theirs', 'Ours', 'Theirs', 'First', policy],
      );
    });
});

describe('under the policy manual', () => {
  test('an edit on both sides stays as it is on each side until a person decides, and the link says so', async () => {
    await editBoth('manual');
    assert.deepEqual(await titles(), { task: 'Ours', issue: 'Theirs' });
    const { outcome, ours, theirs, base } = await onlyConflict();
    assert.deepEqual([outcome, base, ours, theirs], ['open', 'First', 'Ours', 'Theirs']);
    assert.equal((await sync.link(task)).sync_state, 'conflict');
  });

  for (const [decision, title, outcome] of [
    [{ take: 'ours' }, 'Ours', 'ours'],
    [{ take: 'theirs' }, 'Theirs', 'theirs'],
    [{ take: 'value', value: ' Both \n' }, 'Both', 'merged'],
    [{ take: 'value', value: 'Theirs' }, 'Theirs', 'theirs'],
  ] as const)
    test(`the decision ${JSON.stringify(decision)} gives both sides "${title}"`, async () => {
      await editBoth('manual');
      const decided = await decide(decision);
      assert.deepEqual([decided.outcome, decided.decided_by], [outcome, person.name]);
      await sync.inSync(task);
      assert.deepEqual(await titles(), { task: title, issue: title });
      const { db } = sync.world.database;
      const [entry] = (await listTaskHistory(db, task, { limit: 1, after: undefined })).items;
      assert.deepEqual([entry?.origin?.kind, entry?.origin?.by], ['conflict', person.name]);
      const lost = { conflict: { winner: 'task', lost: 'Theirs' } };
      assert.deepEqual(entry?.changes, [{ field: 'title', from: 'Ours', to: title, ...(title === 'Ours' && lost) }]);
    });

  test('a manual sync of the task changes nothing while the field is frozen, and says so', async () => {
    await editBoth('manual');
    const { deps, integration } = sync.world;
    const [owner = '', name = ''] = REPOSITORY.split('/');
    const request = { integrationId: integration.id, taskId: task, repository: { owner, name }, actor: person };
    const result = await syncTaskToIssue(deps, { ...request, waitMs: 10_000 });
    assert.deepEqual(result, { issue_number: 1, url: (await sync.link(task)).url, action: 'unchanged' });
  });

  test('a label that gets another meaning there shows in the open conflict about the priority', async () => {
    sync = await RunningSync.start({ conflict_policy: 'manual' });
    await sync.world.receiveWebhooks();
    task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
    await sync.world.atRest();
    sync.world.github.webhooks.drop = () => true;
    sync.state.labelIssue({ repository: REPOSITORY, number: 1, labels: ['urgent'] });
    await sync.edit(task, { priority: 'low' });
    await waitFor('the conflict', async () => (await conflicts()).length > 0);
    await sync.world.atRest();
    assert.equal((await onlyConflict()).theirs, 'high');
    sync.world.github.webhooks.drop = null;
    sync.state.renameLabel({ repository: REPOSITORY, name: 'urgent', newName: 'someday' });
    await waitFor('the new meaning', async () => (await onlyConflict()).theirs === 'medium');
    assert.equal((await sync.task(task)).priority, 'low');
  });

  test('other fields still sync in both directions while a field is frozen', async () => {
    await editBoth('manual');
    await sync.edit(task, { description: 'Written here', priority: 'high' });
    await sync.world.atRest();
    const labels = issue().labels.map(({ name }) => name);
    assert.deepEqual([issue().body, labels, issue().title], ['Written here', ['priority: high'], 'Theirs']);
    sync.world.github.webhooks.drop = null;
    editIssue({ body: 'Written there' });
    await waitFor('the edit there', async () => (await sync.task(task)).description === 'Written there');
    await sync.world.atRest();
    assert.deepEqual(await titles(), { task: 'Ours', issue: 'Theirs' });
    assert.equal((await sync.link(task)).sync_state, 'conflict');
  });

  test('later edits of the field are shown in the conflict and reach the provider by a decision only', async () => {
    await editBoth('manual');
    sync.world.github.webhooks.drop = null;
    editIssue({ title: 'Theirs again' });
    await sync.edit(task, { title: 'Ours again' });
    await waitFor('both edits', async () => {
      const { ours, theirs } = await onlyConflict();
      return ours === 'Ours again' && theirs === 'Theirs again';
    });
    await sync.world.atRest();
    assert.deepEqual(await titles(), { task: 'Ours again', issue: 'Theirs again' });
    await decide({ take: 'theirs' });
    await sync.inSync(task);
    assert.deepEqual(await titles(), { task: 'Theirs again', issue: 'Theirs again' });
  });

  test('the conflict ends as merged when the task is set to the value of the item', async () => {
    await editBoth('manual');
    await sync.edit(task, { title: 'Theirs' });
    await sync.inSync(task);
    assert.equal((await onlyConflict()).outcome, 'merged');
    await assert.rejects(decide({ take: 'ours' }), fails(409, 'conflict.decided'));
    await assert.rejects(undo(), fails(409, 'conflict.agreed'));
  });

  test('the conflict ends as merged when the item is set to the value of the task', async () => {
    await editBoth('manual');
    sync.world.github.webhooks.drop = null;
    editIssue({ title: 'Ours' });
    await sync.inSync(task);
    assert.equal((await onlyConflict()).outcome, 'merged');
  });

  test('a second conflict of the field is opened after the first was decided', async () => {
    await editBoth('manual');
    await decide({ take: 'theirs' });
    await sync.inSync(task);
    editIssue({ title: 'Theirs later' });
    await sync.edit(task, { title: 'Ours later' });
    await waitFor('the second conflict', async () => (await conflicts()).length === 2);
    await sync.world.atRest();
    assert.deepEqual(await titles(), { task: 'Ours later', issue: 'Theirs later' });
  });

  test('a decision is not undone while a newer conflict of the field is open', async () => {
    await editBoth('manual');
    const { id } = await decide({ take: 'ours' });
    await sync.inSync(task);
    editIssue({ title: 'Theirs later' });
    await sync.edit(task, { title: 'Ours later' });
    await waitFor('the second conflict', async () => (await conflicts()).length === 2);
    await sync.edit(task, { title: 'Ours' });
    await assert.rejects(
      transaction().execute((trx) => undoConflict(trx, { conflictId: id, actor: person })),
      fails(409, 'conflict.edited_since'),
    );
  });

  test('an edit there that a write from here replaced opens a conflict, and its decision brings it back', async () => {
    sync = await RunningSync.start({ conflict_policy: 'manual' });
    await sync.world.receiveWebhooks();
    task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
    await sync.world.atRest();
    const gate = Promise.withResolvers<void>();
    const path = /\/issues\/1$/;
    const hold = sync.world.github.fault({ kind: 'delay', method: 'PATCH', path, until: gate.promise });
    await sync.edit(task, { title: 'Ours' });
    await waitFor('our write', () => hold.hits > 0);
    sync.world.github.webhooks.pause();
    editIssue({ title: 'Theirs' });
    gate.resolve();
    await waitFor('our title there', () => issue().title === 'Ours');
    await waitFor('the response', async () => (await sync.link(task)).sync_state !== 'pending');
    sync.world.github.webhooks.resume();
    await waitFor('the conflict', async () => (await conflicts()).length > 0);
    await sync.world.atRest();
    const { outcome, ours, theirs } = await onlyConflict();
    assert.deepEqual([outcome, ours, theirs], ['open', 'Ours', 'Theirs']);
    assert.deepEqual(await titles(), { task: 'Ours', issue: 'Ours' });
    assert.equal((await sync.link(task)).sync_state, 'conflict');
    await decide({ take: 'theirs' });
    await sync.inSync(task);
    assert.deepEqual(await titles(), { task: 'Theirs', issue: 'Theirs' });
  });

  test('a decision needs a value that the field can have, and only with "take": "value"', async () => {
    await editBoth('manual');
    for (const wrong of [
      { take: 'value' },
      { take: 'value', value: '  ' },
      { take: 'value', value: 7 },
      { take: 'value', value: 'x'.repeat(300) },
      { take: 'ours', value: 'Both' },
    ] as const)
      await assert.rejects(decide(wrong), (error) => {
        assert.ok(error instanceof ApiError);
        assert.deepEqual([error.status, error.errors?.[0]?.pointer], [422, '/value']);
        return true;
      });
    assert.equal((await onlyConflict()).outcome, 'open');
  });
});

describe('a conflict that the policy decided', () => {
  test('is undone: the value that had lost returns on both sides, and the undo cannot be repeated', async () => {
    await editBoth('remote');
    const undone = await undo();
    assert.deepEqual([undone.outcome, undone.decided_by], ['ours', person.name]);
    await sync.inSync(task);
    assert.deepEqual(await titles(), { task: 'Ours', issue: 'Ours' });
    await assert.rejects(undo(), fails(409, 'conflict.undone'));
    assert.deepEqual(await titles(), { task: 'Ours', issue: 'Ours' });
  });

  test('cannot be decided again', async () => {
    await editBoth('remote');
    await assert.rejects(decide({ take: 'ours' }), fails(409, 'conflict.decided'));
  });

  test('is not undone after a later edit on either side', async () => {
    await editBoth('remote');
    await sync.edit(task, { title: 'Later' });
    await assert.rejects(undo(), fails(409, 'conflict.edited_since'));
    await sync.inSync(task);
    assert.deepEqual(await titles(), { task: 'Later', issue: 'Later' });
  });
});
