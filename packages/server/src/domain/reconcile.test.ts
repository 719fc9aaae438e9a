import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReconcileInput, reconcile } from './reconcile.ts';
import { nothingRefused, type RemoteFields, type SyncFields } from './sync-fields.ts';

const agreed: RemoteFields = {
  title: 'T',
  description: 'D',
  status: 'open',
  priority: 'medium',
  labels: ['bug', 'ui'],
  assignees: ['ann'],
  priorityLabels: [],
};
const task = (changes: Partial<SyncFields> = {}): SyncFields => {
  const { priorityLabels: _, ...fields } = agreed;
  return { ...fields, ...changes };
};
const input = (changes: Partial<ReconcileInput>): ReconcileInput => ({
  base: agreed,
  remote: agreed,
  remoteTime: new Date('2026-01-01T12:00:00Z'),
  local: task(),
  localTimes: {},
  sent: [],
  refused: nothingRefused,
  ...changes,
});

test('a snapshot equal to base changes nothing', () => {
  const local = task({ title: 'mine', labels: ['bug'] });
  const result = reconcile(input({ local }));
  assert.deepEqual(result.changed, []);
  assert.deepEqual(result.fields, local);
});

test('the side that differs from base wins, field by field', () => {
  const { fields, changed, conflicts } = reconcile(
    input({
      remote: { ...agreed, title: 'theirs', status: 'done' },
      local: task({ description: 'mine', priority: 'high' }),
    }),
  );
  assert.deepEqual(fields, task({ title: 'theirs', status: 'done', description: 'mine', priority: 'high' }));
  assert.deepEqual(changed, ['title', 'status']);
  assert.deepEqual(conflicts, []);
});

test('labels and assignees merge as additions and removals of both sides', () => {
  const { fields, conflicts } = reconcile(
    input({
      remote: { ...agreed, labels: ['ui', 'theirs'], assignees: ['ann', 'bob'] },
      local: task({ labels: ['bug', 'mine'], assignees: [] }),
    }),
  );
  assert.deepEqual(fields.labels, ['mine', 'theirs']);
  assert.deepEqual(fields.assignees, ['bob']);
  assert.deepEqual(conflicts, []);
});

test('both sides changed to the same value: agreed without a conflict', () => {
  const { conflicts, changed } = reconcile(
    input({
      remote: { ...agreed, title: 'same', labels: ['UI', 'new'] },
      local: task({ title: 'same', labels: ['ui', 'New'] }),
    }),
  );
  assert.deepEqual(conflicts, []);
  assert.deepEqual(changed, []);
});

test('both sides changed: the newer wins, and the loser is kept', () => {
  const both = { remote: { ...agreed, title: 'theirs' }, local: task({ title: 'mine' }) };
  const newer = reconcile(input({ ...both, localTimes: { title: '2026-01-01T12:00:01.000Z' } }));
  assert.equal(newer.fields.title, 'mine');
  assert.deepEqual(newer.conflicts, [{ field: 'title', winner: 'task', lost: 'theirs' }]);
  const older = reconcile(input({ ...both, localTimes: { title: '2026-01-01T11:59:59.999Z' } }));
  assert.equal(older.fields.title, 'theirs');
  assert.deepEqual(older.conflicts, [{ field: 'title', winner: 'remote', lost: 'mine' }]);
});

test('the other side wins a tie, and its times are whole seconds', () => {
  const tie = reconcile(
    input({
      remote: { ...agreed, title: 'theirs' },
      local: task({ title: 'mine' }),
      localTimes: { title: '2026-01-01T12:00:00.900Z' },
    }),
  );
  assert.equal(tie.fields.title, 'theirs');
});

test('a conflict that the task won is not met again when the same snapshot comes back', () => {
  const remote = { ...agreed, title: 'theirs' };
  const localTimes = { title: '2026-01-01T12:00:05Z' };
  const first = reconcile(input({ remote, local: task({ title: 'mine' }), localTimes }));
  const again = reconcile(
    input({ base: remote, remote, remoteTime: new Date('2026-01-01T13:00:00Z'), local: first.fields, localTimes }),
  );
  assert.equal(again.fields.title, 'mine');
  assert.deepEqual(again.conflicts, []);
});

test('the echo of a write on its way is no change of somebody else', () => {
  const result = reconcile(
    input({
      remote: { ...agreed, title: 'first edit', labels: ['bug', 'ui', 'sent'] },
      sent: [task({ title: 'first edit', labels: ['bug', 'ui', 'sent'] })],
      local: task({ title: 'second edit', labels: ['bug', 'ui'] }),
    }),
  );
  assert.deepEqual(result.changed, []);
  assert.deepEqual(result.conflicts, []);
});

test('what the answer of a write lacks was refused: it stays on the task and is remembered', () => {
  const answered = task({ assignees: ['ann', 'ghost'], labels: ['bug', 'ui', 'odd'] });
  const result = reconcile(
    input({ remote: { ...agreed, labels: ['bug', 'ui', 'Odd!'] }, local: answered, answered, sent: [answered] }),
  );
  assert.deepEqual(result.refused, { labels: ['odd'], assignees: ['ghost'] });
  assert.deepEqual(result.fields.assignees, ['ann', 'ghost']);
  assert.deepEqual(result.fields.labels, ['bug', 'ui', 'odd', 'Odd!']);
});

test('a value that the other side rewrote is taken over, unless the task was edited meanwhile', () => {
  const answered = task({ title: 'a  title' });
  const remote = { ...agreed, title: 'a title' };
  assert.equal(reconcile(input({ remote, local: answered, answered, sent: [answered] })).fields.title, 'a title');
  const edited = reconcile(input({ remote, local: task({ title: 'newer' }), answered, sent: [answered] }));
  assert.equal(edited.fields.title, 'newer');
  assert.deepEqual(edited.conflicts, []);
});

test('the answer of a create: what was edited meanwhile stays, what was refused is remembered', () => {
  const answered = task({ assignees: ['ghost'], labels: ['bug'] });
  const result = reconcile(
    input({
      base: null,
      remote: { ...agreed, assignees: [], labels: ['bug'] },
      local: task({ assignees: ['ghost'], labels: [], title: 'edited', status: 'done' }),
      answered,
      sent: [answered],
    }),
  );
  assert.deepEqual(result.fields, task({ assignees: ['ghost'], labels: [], title: 'edited', status: 'done' }));
  assert.deepEqual(result.refused.assignees, ['ghost']);
});

test('a refused name is forgotten when the task drops it', () => {
  assert.deepEqual(reconcile(input({ refused: { labels: [], assignees: ['ghost'] } })).refused.assignees, []);
});
