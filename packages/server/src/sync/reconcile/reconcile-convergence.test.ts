import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameKey, namesWithout, uniqueNames } from '../../tasks/names.ts';
import {
  itemFields,
  nothingRefused,
  type RemoteFields,
  type SyncFields,
  type Values,
} from '../../tasks/sync-fields.ts';
import { pendingChanges, toItemPatch } from './pending-changes.ts';
import { projectItem, projectTask, sameFields as sameInFields } from './projection.ts';
import { type Conflict, reconcile } from './reconcile.ts';
import type { Write } from './write.ts';

const sameFields = (left: Values, right: Values): boolean => sameInFields(itemFields, left, right);

/** Returns a random number generator (mulberry32). The same seed gives the same numbers, so that a failing run can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface RawItem {
  title: string;
  body: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | null;
  labels: string[];
  assignees: string[];
}
interface Snapshot {
  item: RawItem;
  /** Number of the change at the provider after which the snapshot was taken, which replaces a clock with exact times. */
  version: number;
}

const labels = ['bug', 'Bug', 'ui', 'docs', 'urgent', 'priority: low', 'critical'];
const logins = ['ann', 'Ann', 'bob', 'cy'];
const texts = ['one', 'two', 'three', 'four'];

/** Simulates both sides of one link, with events that arrive late, twice and out of order, and writes that take their time. */
class World {
  readonly pick: (below: number) => number;
  now = Date.parse('2026-01-01T00:00:00Z');
  raw: RawItem = { title: 'start', body: '', state: 'open', stateReason: null, labels: ['bug'], assignees: ['ann'] };
  version = 1;
  base: RemoteFields = projectItem(this.raw);
  seen = 1;
  task: SyncFields = projectTask({ ...(projectItem(this.raw) as SyncFields), status: 'todo' });
  times: Partial<Record<keyof SyncFields, string>> = {};
  mail: Snapshot[] = [];
  writing: { write: Write; patch: ReturnType<typeof toItemPatch> } | undefined;
  conflicts: Conflict[] = [];

  constructor(seed: number) {
    this.pick = seeded(seed);
  }

  tick(): void {
    this.now += this.pick(1500);
  }

  one<T>(values: readonly T[]): T {
    return values[this.pick(values.length)] as T;
  }

  wroteThere(): Snapshot {
    this.version += 1;
    const snapshot = { item: structuredClone(this.raw), version: this.version };
    this.mail.push(snapshot);
    if (this.pick(4) === 0) this.mail.push(snapshot);
    return snapshot;
  }

  editThere(): void {
    const toggle = (names: string[], name: string): string[] =>
      names.some((other) => nameKey(other) === nameKey(name)) ? namesWithout(names, [name]) : [...names, name];
    const field = this.pick(5);
    if (field === 0) this.raw.title = this.one(texts);
    if (field === 1) this.raw.body = this.one(texts);
    if (field === 2) {
      this.raw.state = this.one(['open', 'closed'] as const);
      this.raw.stateReason = this.raw.state === 'open' ? null : this.one(['completed', 'not_planned', null] as const);
    }
    if (field === 3) this.raw.labels = toggle(this.raw.labels, this.one(labels));
    if (field === 4) this.raw.assignees = toggle(this.raw.assignees, this.one(logins));
    this.wroteThere();
  }

  editHere(): void {
    const before = structuredClone(this.task);
    const field = this.pick(6);
    const names = (all: readonly string[]): string[] => uniqueNames(all.filter(() => this.pick(2) === 0));
    if (field === 0) this.task.title = this.one(texts);
    if (field === 1) this.task.description = this.one(texts);
    if (field === 2) this.task.status = this.one(['open', 'done', 'cancelled'] as const);
    if (field === 3) this.task.priority = this.one(['high', 'medium', 'low'] as const);
    if (field === 4) this.task.labels = names(['bug', 'ui', 'docs', 'mine']);
    if (field === 5) this.task.assignees = names(['ann', 'bob', 'dee']);
    for (const name of differing(before, this.task)) this.times[name] = new Date(this.now).toISOString();
  }

  apply(snapshot: Snapshot, answered?: Write): void {
    if (snapshot.version < this.seen) return;
    const remote = projectItem(snapshot.item);
    const result = reconcile({
      fields: itemFields,
      base: this.base,
      snapshot: remote,
      snapshotTime: new Date(this.now),
      local: this.task,
      localTimes: this.times,
      writes: this.writing === undefined ? [] : [this.writing.write],
      refused: nothingRefused,
      policy: 'newest',
      frozen: [],
      ...(answered === undefined ? {} : { answered }),
    });
    this.base = result.base as RemoteFields;
    this.seen = snapshot.version;
    this.task = result.local as SyncFields;
    this.conflicts.push(...result.conflicts);
  }

  startWrite(): boolean {
    const changes = pendingChanges(itemFields, this.task, this.base, nothingRefused, []);
    if (changes === null) return false;
    const write = structuredClone({ at: new Date(this.now).toISOString(), read_version: null, ...changes });
    this.writing = { write, patch: toItemPatch(changes, this.base) };
    return true;
  }

  /** Performs the write at the provider. If `inOrder`, its response arrives before anything else happens. */
  finishWrite(inOrder: boolean): void {
    if (this.writing === undefined) return;
    const { patch, write } = this.writing;
    if (patch.title !== undefined) this.raw.title = patch.title;
    if (patch.body !== undefined) this.raw.body = patch.body;
    if (patch.state !== undefined) {
      this.raw.state = patch.state.state;
      this.raw.stateReason = patch.state.state === 'closed' ? patch.state.reason : null;
    }
    this.raw.labels = uniqueNames([
      ...namesWithout(this.raw.labels, patch.removeLabels ?? []),
      ...(patch.addLabels ?? []),
    ]);
    this.raw.assignees = uniqueNames([
      ...namesWithout(this.raw.assignees, patch.removeAssignees ?? []),
      ...(patch.addAssignees ?? []),
    ]);
    const response = this.wroteThere();
    if (!inOrder) {
      // The echo overtakes the response, and the task is edited between the two.
      this.apply(response);
      this.editHere();
    }
    this.apply(response, write);
    this.writing = undefined;
  }

  deliver(): void {
    const index = this.pick(this.mail.length);
    const [snapshot] = this.mail.splice(index, 1);
    if (snapshot !== undefined) this.apply(snapshot);
  }

  settle(): void {
    this.finishWrite(true);
    for (let round = 0; round < 5; round += 1) {
      while (this.mail.length > 0) this.deliver();
      if (!this.startWrite()) return;
      this.finishWrite(true);
    }
    assert.fail('does not come to rest');
  }
}

function differing(before: SyncFields, after: SyncFields): (keyof SyncFields)[] {
  const names = Object.keys(before) as (keyof SyncFields)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function step(world: World, actions: readonly ('here' | 'there')[]): void {
  world.tick();
  const action = world.pick(6);
  if (action < 2) {
    if (world.one(actions) === 'here') world.editHere();
    else world.editThere();
  } else if (action < 4) world.deliver();
  else if (action === 4 && world.writing === undefined) world.startWrite();
  else world.finishWrite(actions.length > 1 || world.pick(2) === 0);
}

test('whatever order messages, edits and writes come in, both sides end equal and at rest', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const world = new World(seed);
    for (let count = 0; count < 40; count += 1) step(world, ['here', 'there']);
    world.settle();
    assert.ok(sameFields(world.task, projectItem(world.raw)), `seed ${seed}`);
    const rest = structuredClone(world.task);
    world.apply({ item: world.raw, version: world.version });
    assert.deepEqual(world.task, rest, `seed ${seed}: the same snapshot again changes nothing`);
  }
});

test('what only one side edited is never lost, not even when the echo overtakes the answer', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const world = new World(seed);
    let wanted = structuredClone(world.task);
    const editHere = world.editHere.bind(world);
    world.editHere = () => {
      editHere();
      wanted = structuredClone(world.task);
    };
    for (let count = 0; count < 40; count += 1) step(world, ['here']);
    world.settle();
    assert.ok(sameFields(world.task, wanted), `seed ${seed}`);
    assert.ok(sameFields(projectItem(world.raw), wanted), `seed ${seed}`);
    assert.deepEqual(world.conflicts, [], `seed ${seed}`);
  }
});

test('a field that only the provider edited ends as it is there', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const world = new World(seed);
    for (let count = 0; count < 40; count += 1) step(world, ['there']);
    const wanted = projectItem(world.raw);
    world.settle();
    assert.ok(sameFields(world.task, wanted), `seed ${seed}`);
  }
});
