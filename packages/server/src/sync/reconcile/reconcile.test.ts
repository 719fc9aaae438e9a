import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemFields, nothingRefused, type RefusedNames, type SyncFields } from '../../tasks/sync-fields.ts';
import { pendingChanges } from './pending-changes.ts';
import { type ReconcileInput, reconcile as reconcileFields } from './reconcile.ts';
import type { Write } from './write.ts';

type CompleteFields = SyncFields & { priorityLabels: string[] };

const agreed: CompleteFields = {
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

interface Input {
  base?: Partial<CompleteFields> | null;
  remote?: Partial<CompleteFields>;
  remoteTime?: Date;
  local?: SyncFields;
  localTimes?: ReconcileInput['localTimes'];
  clockOffsetMs?: number;
  /** Tasks whose writes to the item have been sent and have no response yet. */
  sent?: SyncFields[];
  /** The task whose write to the item has been sent, and whose response is the snapshot `remote`. */
  answered?: SyncFields;
  /** Further writes to the item, which were planned when `base` (the agreed state) was another one than now. */
  writes?: Write[];
  answeredWrite?: Write;
  refused?: RefusedNames;
  policy?: ReconcileInput['policy'];
  frozen?: readonly string[];
}

/** Returns the write that makes the item equal to the task `sent`; a create if `base` is null. */
function writeOf(sent: SyncFields, base: Partial<CompleteFields> | null): Write {
  const at = '2026-01-01T12:00:00.000Z';
  if (base !== null) {
    const changes = pendingChanges(itemFields, sent, base, nothingRefused, []) ?? { set: {}, add: {}, remove: {} };
    return { at, read_version: at, ...changes };
  }
  const { labels, assignees, ...scalars } = sent;
  const set = Object.fromEntries(Object.entries(scalars).map(([field, value]) => [field, [null, value] as const]));
  return { at, read_version: null, set, add: { labels, assignees }, remove: {} };
}

const input = (changes: Input): Input => changes;

function reconcile({ base = agreed, remote = agreed, local = task(), sent = [], answered, ...rest }: Input) {
  const answeredWrite = answered === undefined ? rest.answeredWrite : writeOf(answered, base);
  const result = reconcileFields({
    fields: itemFields,
    base: base ?? {},
    snapshot: remote,
    snapshotTime: rest.remoteTime ?? new Date('2026-01-01T12:00:00Z'),
    local,
    localTimes: rest.localTimes ?? {},
    clockOffsetMs: rest.clockOffsetMs ?? 0,
    writes: [...sent.map((one) => writeOf(one, base)), ...(rest.writes ?? [])],
    ...(answeredWrite === undefined ? {} : { answered: answeredWrite }),
    refused: rest.refused ?? nothingRefused,
    policy: rest.policy ?? 'newest',
    frozen: rest.frozen ?? [],
  });
  const fields = result.local as SyncFields;
  const conflicts = result.conflicts.map(({ field, outcome, ours, theirs }) => ({
    field,
    outcome,
    lost: outcome === 'ours' ? theirs : ours,
  }));
  return { ...result, fields, conflicts };
}

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
  assert.deepEqual(newer.conflicts, [{ field: 'title', outcome: 'ours', lost: 'theirs' }]);
  const older = reconcile(input({ ...both, localTimes: { title: '2026-01-01T11:59:59.999Z' } }));
  assert.equal(older.fields.title, 'theirs');
  assert.deepEqual(older.conflicts, [{ field: 'title', outcome: 'theirs', lost: 'mine' }]);
});

test('the provider wins a tie, and its times are whole seconds', () => {
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

test('a value that the provider rewrote is taken over, unless the task was edited meanwhile', () => {
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

test('a priority that a new item lacks was dropped by its create, whatever shows the item first', () => {
  const sent = task({ priority: 'high' });
  const writes = { base: null, sent: [sent] };
  for (const answer of [{}, { answered: sent }]) {
    const result = reconcile(input({ ...writes, ...answer, local: sent }));
    assert.deepEqual([result.fields.priority, result.base.priority], ['high', 'medium']);
    const edited = reconcile(input({ ...writes, ...answer, local: task({ priority: 'low' }) }));
    assert.deepEqual([edited.fields.priority, edited.conflicts], ['low', []]);
  }
});

test('another status or priority of an item whose create has no response is an edit of somebody else', () => {
  const sent = task({ priority: 'high' });
  const remote: CompleteFields = { ...agreed, status: 'cancelled', priority: 'low' };
  const { fields, conflicts } = reconcile(input({ base: null, remote, local: sent, sent: [sent] }));
  assert.deepEqual(fields, task({ status: 'cancelled', priority: 'low' }));
  assert.deepEqual(conflicts, []);
});

test('a refused name is forgotten when the task drops it', () => {
  assert.deepEqual(reconcile(input({ refused: { labels: [], assignees: ['ghost'] } })).refused.assignees, []);
});

test('a field that the snapshot does not know stays as it is, on the task and in the base', () => {
  const local = task({ description: 'mine', labels: ['mine'] });
  const { fields, base, changed } = reconcile(input({ remote: { title: 'theirs' }, local }));
  assert.deepEqual(fields, { ...local, title: 'theirs' });
  assert.deepEqual(base, { ...agreed, title: 'theirs' });
  assert.deepEqual(changed, ['title']);
});

test('a field that was never known takes the value of the first snapshot that knows it', () => {
  const { labels: _, ...withoutLabels } = agreed;
  const partial = reconcile(input({ base: withoutLabels, remote: agreed, local: task({ labels: [] }) }));
  assert.deepEqual(partial.fields.labels, ['bug', 'ui']);
  const { title: __, ...withoutTitle } = agreed;
  const named = reconcile(input({ base: withoutTitle, remote: agreed, local: task({ title: '#1' }) }));
  assert.equal(named.fields.title, 'T');
  assert.deepEqual(named.conflicts, []);
});

test('only a change from the agreed value to ours is an echo: a value that returns later is an edit of somebody else', () => {
  const sent = [task({ description: 'ours' })];
  const closed: CompleteFields = { ...agreed, status: 'cancelled', labels: ['bug', 'ui', 'x'] };
  const local = task({ description: 'ours', status: 'cancelled', labels: ['bug', 'ui', 'x'] });
  // The write is still in flight. Meanwhile somebody closed and labeled the item, and then takes both back.
  const result = reconcileFields({
    fields: itemFields,
    base: closed,
    snapshot: agreed,
    snapshotTime: new Date('2026-01-01T12:00:00Z'),
    local,
    localTimes: {},
    writes: sent.map((one) => writeOf(one, agreed)),
    refused: nothingRefused,
    policy: 'newest',
    frozen: [],
  });
  assert.deepEqual([result.local.status, result.local.labels], ['open', ['bug', 'ui']]);
});

test('a text that we wrote is an echo after another value too', () => {
  const local = task({ title: 'theirs' });
  const base = { ...agreed, title: 'theirs' };
  const writes = [writeOf(task({ title: 'mine' }), agreed)];
  const result = reconcile(input({ base, remote: { ...agreed, title: 'mine' }, local, writes }));
  assert.deepEqual([result.fields.title, result.changed, result.base.title], ['theirs', [], 'mine']);
});

test('a status that we wrote is an echo after another value once the task has been given another one here', () => {
  const base = { ...agreed, status: 'cancelled' } as const;
  const write = writeOf(task({ status: 'done' }), agreed);
  const remote = { ...agreed, status: 'done' } as const;
  for (const [local, outdated, status] of [
    ['cancelled', [], 'done'],
    ['cancelled', ['status'], 'cancelled'],
    ['open', ['status'], 'open'],
  ] as const) {
    const writes = [{ ...write, outdated }];
    const { fields, conflicts } = reconcile(input({ base, remote, local: task({ status: local }), writes }));
    assert.deepEqual([fields.status, conflicts], [status, []]);
  }
});

test("the provider's clock decides: an hour ahead there does not make an older edit win", () => {
  const both = { remote: { ...agreed, title: 'theirs' }, local: task({ title: 'mine' }) };
  const hour = 3_600_000;
  const times = { remoteTime: new Date('2026-01-01T13:00:00Z'), localTimes: { title: '2026-01-01T12:00:10.000Z' } };
  assert.equal(reconcile(input({ ...both, ...times })).fields.title, 'theirs');
  assert.equal(reconcile(input({ ...both, ...times, clockOffsetMs: hour })).fields.title, 'mine');
});

test('a value that the item passes through while a write is carried out is no edit of somebody else', () => {
  const closed: CompleteFields = { ...agreed, status: 'cancelled' };
  const local = task({ status: 'done' });
  const write: Write = { ...writeOf(local, closed), passes: { status: ['open'] } };
  const merged = (snapshot: CompleteFields, answered?: Write) =>
    reconcileFields({
      fields: itemFields,
      base: closed,
      snapshot,
      snapshotTime: new Date('2026-01-01T13:00:00Z'),
      local,
      localTimes: { status: '2026-01-01T12:00:00Z' },
      writes: [write],
      ...(answered === undefined ? {} : { answered }),
      refused: nothingRefused,
      policy: 'newest',
      frozen: [],
    });
  const passing = merged({ ...agreed, status: 'open' });
  assert.deepEqual([passing.local.status, passing.base.status, passing.conflicts], ['done', 'cancelled', []]);
  assert.equal(merged({ ...agreed, status: 'open' }, write).local.status, 'open');
});

const bothEdited = { remote: { ...agreed, title: 'theirs' }, local: task({ title: 'mine' }) };
const lateEdit = { localTimes: { title: '2026-01-01T12:00:01.000Z' } };

for (const [policy, title, outcome] of [
  ['remote', 'theirs', 'theirs'],
  ['local', 'mine', 'ours'],
] as const)
  test(`under the policy ${policy} a conflict has the outcome ${outcome}, whichever edit is newer`, () => {
    for (const times of [{}, lateEdit]) {
      const { fields, conflicts, frozen } = reconcile(input({ ...bothEdited, ...times, policy }));
      assert.deepEqual([fields.title, conflicts[0]?.outcome, frozen], [title, outcome, []]);
    }
  });

test('under the policy manual a conflict freezes the field: the task keeps its value and nothing is sent', () => {
  const { fields, changed, conflicts, frozen, base } = reconcile(input({ ...bothEdited, policy: 'manual' }));
  assert.deepEqual([fields.title, changed, conflicts[0]?.outcome, frozen], ['mine', [], 'open', ['title']]);
  assert.equal(base.title, 'theirs');
  assert.equal(pendingChanges(itemFields, fields, base, nothingRefused, frozen), null);
});

const frozenTitle = {
  policy: 'manual',
  frozen: ['title'],
  base: { ...agreed, title: 'theirs' },
  local: task({ title: 'mine' }),
} as const;

test('a further edit there of a frozen field is shown and not taken in, while other fields sync', () => {
  const remote = { ...agreed, title: 'theirs again', status: 'done' } as const;
  const { fields, changed, conflicts, frozen, shifted } = reconcile(input({ ...frozenTitle, remote }));
  assert.deepEqual([fields.title, fields.status, changed], ['mine', 'done', ['status']]);
  assert.deepEqual([conflicts, frozen], [[], ['title']]);
  assert.deepEqual(shifted, [{ field: 'title', theirs: 'theirs again' }]);
});

test('a frozen field thaws when the item gets the value of the task', () => {
  const { fields, frozen, shifted } = reconcile(input({ ...frozenTitle, remote: { ...agreed, title: 'mine' } }));
  assert.deepEqual([fields.title, frozen, shifted], ['mine', [], [{ field: 'title', theirs: 'mine' }]]);
});

test('a write that was under way when its field was frozen decides nothing, and the value that it replaced is reported', () => {
  const write = writeOf(task({ title: 'mine' }), agreed);
  for (const [title, replaced] of [
    ['theirs', [{ field: 'title', theirs: 'theirs' }]],
    ['T', []],
  ] as const) {
    const written = { ...frozenTitle, base: { ...agreed, title }, remote: { ...agreed, title: 'mine' } };
    for (const more of [{ writes: [write] }, { answeredWrite: write }]) {
      const result = reconcile(input({ ...written, ...more }));
      assert.deepEqual(
        [result.frozen, result.shifted, result.base.title, result.replaced],
        [['title'], [], 'mine', replaced],
      );
    }
  }
});
