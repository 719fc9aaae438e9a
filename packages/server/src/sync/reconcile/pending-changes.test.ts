import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  itemFields,
  nothingRefused,
  type RefusedNames,
  type RemoteFields,
  type SyncFields,
} from '../../tasks/sync-fields.ts';
import { draftLabels, pendingChanges, stillRefused, toItemPatch } from './pending-changes.ts';

type CompleteFields = SyncFields & { priorityLabels: string[] };

const pendingPatch = (local: SyncFields, base: RemoteFields, refused: RefusedNames) => {
  const changes = pendingChanges(itemFields, local, base, refused, []);
  return changes === null ? null : toItemPatch(changes, base);
};

const base: CompleteFields = {
  title: 'T',
  description: 'D',
  status: 'open',
  priority: 'medium',
  labels: ['bug'],
  assignees: ['ann'],
  priorityLabels: [],
};
const local = ({ priorityLabels: _, ...fields }: CompleteFields, changes: Partial<SyncFields>): SyncFields => ({
  ...fields,
  ...changes,
});

test('equal sides leave nothing to send, whatever the case of names', () => {
  assert.equal(pendingPatch(local(base, { labels: ['BUG'], assignees: ['Ann'] }), base, nothingRefused), null);
});

test('only what differs is sent, and names as additions and removals', () => {
  assert.deepEqual(
    pendingPatch(
      local(base, { title: 'U', status: 'cancelled', labels: ['docs'], assignees: ['ann', 'bob'] }),
      base,
      nothingRefused,
    ),
    {
      title: 'U',
      state: { state: 'closed', reason: 'not_planned' },
      addLabels: ['docs'],
      removeLabels: ['bug'],
      addAssignees: ['bob'],
    },
  );
});

test('a changed priority removes every label that says one and adds the canonical one', () => {
  const urgent: CompleteFields = { ...base, priority: 'high', priorityLabels: ['Urgent', 'critical'] };
  assert.deepEqual(pendingPatch(local(urgent, { priority: 'low' }), urgent, nothingRefused), {
    addLabels: ['priority: low'],
    removeLabels: ['Urgent', 'critical'],
  });
  assert.deepEqual(pendingPatch(local(urgent, { priority: 'medium' }), urgent, nothingRefused), {
    removeLabels: ['Urgent', 'critical'],
  });
});

test('the labels of a priority are removed so that those that are left never say a third one', () => {
  const both: CompleteFields = { ...base, priority: 'high', priorityLabels: ['Urgent', 'Priority: low', 'critical'] };
  assert.deepEqual(pendingPatch(local(both, { priority: 'medium' }), both, nothingRefused), {
    removeLabels: ['Priority: low', 'Urgent', 'critical'],
  });
});

test('an unchanged priority keeps the labels it was read from', () => {
  const urgent: CompleteFields = { ...base, priority: 'high', priorityLabels: ['Urgent', 'priority: low'] };
  assert.equal(pendingPatch(local(urgent, {}), urgent, nothingRefused), null);
  assert.deepEqual(pendingPatch(local(urgent, { priority: 'low' }), urgent, nothingRefused), {
    removeLabels: ['Urgent'],
  });
});

test('what was refused is not sent again', () => {
  assert.equal(
    pendingPatch(local(base, { assignees: ['ann', 'Ghost'] }), base, { labels: [], assignees: ['ghost'] }),
    null,
  );
});

test('a refusal is forgotten when the task drops the name or the provider takes it', () => {
  const refused = { labels: ['x', 'y'], assignees: ['ghost'] };
  assert.deepEqual(
    stillRefused(refused, local(base, { labels: ['X'], assignees: ['ghost'] }), { ...base, assignees: ['Ghost'] }),
    {
      labels: ['x'],
      assignees: [],
    },
  );
});

test('a new item gets the label of its priority', () => {
  assert.deepEqual(draftLabels(local(base, { priority: 'high' })), ['bug', 'priority: high']);
  assert.deepEqual(draftLabels(local(base, {})), ['bug']);
});

test('a field that was never seen there is not sent: it is read first', () => {
  const { title: _title, labels: _labels, ...partial } = base;
  const changed = local(base, { title: 'U', labels: ['docs'], description: 'E' });
  assert.deepEqual(pendingPatch(changed, partial, nothingRefused), { body: 'E' });
});
