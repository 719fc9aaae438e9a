import { nameKey, nameKeys, namesWithin, namesWithout, sameNames, uniqueNames } from '../../tasks/names.ts';
import { type Field, namesIn, type RefusedNames, type Value, type Values } from '../../tasks/sync-fields.ts';
import type { ConflictOutcome, ConflictPolicy } from '../conflicts/conflict.ts';
import { unanswered, type Write } from './write.ts';

export interface ReconcileInput {
  fields: readonly Field[];
  /** The last state on which the task and its item agreed. A field that was never agreed on is absent. */
  base: Values;
  /** The item's newest state, as far as the snapshot knows it. */
  snapshot: Values;
  /** Update time of the snapshot, on the provider's clock. It is exact to the second at most. */
  snapshotTime: Date;
  /** The values of the task. */
  local: Values;
  /** The times at which fields of the task were last edited, by field id, RFC 3339 on our clock. */
  localTimes: Readonly<Partial<Record<string, string>>>;
  /** The provider's clock minus ours, in milliseconds. */
  clockOffsetMs?: number;
  /** Our writes to the item. A value of a write without a response that shows in the snapshot is our own change, not somebody else's. */
  writes: readonly Write[];
  /** The write whose response the snapshot is. A value that it sent and the snapshot lacks was refused or rewritten by the provider. */
  answered?: Write;
  refused: RefusedNames;
  policy: ConflictPolicy;
  /** Ids of the fields with an open conflict. */
  frozen: readonly string[];
}

/** A conflict: both sides have changed a field to different values. */
export interface Conflict {
  field: string;
  outcome: Exclude<ConflictOutcome, 'merged'>;
  base: Value | null;
  ours: Value;
  theirs: Value;
}

export interface Reconciliation {
  /** The task's values after the merge. Their difference from `base`, apart from refused names, is still to be sent. */
  local: Values;
  /** Ids of the task's fields that changed. */
  changed: string[];
  /** The next agreed state (base) of task and item: the old one with everything that the snapshot knows. */
  base: Values;
  refused: RefusedNames;
  conflicts: Conflict[];
  /** Ids of all fields that are frozen after the merge. */
  frozen: readonly string[];
  /** Frozen fields that were edited at the provider again, with the item's new values. */
  shifted: { field: string; theirs: Value }[];
  /** Values of the item in frozen fields that a write of ours has replaced, because it was planned before the field was frozen. */
  replaced: { field: string; theirs: Value }[];
}

/**
 * Merges a snapshot into a task, field by field, starting from base. It is a pure function. In each field the side that differs from base
 * wins; sets merge name by name. If both sides changed a field to different values, the policy decides, or freezes the field until a
 * person decides. A field that the snapshot does not know stays untouched. The snapshot becomes part of base, so that merging it again,
 * such as the echo of our own write, changes nothing.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { fields, snapshot } = input;
  const local: Record<string, Value> = { ...input.local };
  const refused: Record<string, readonly string[]> = { ...input.refused };
  const changed: string[] = [];
  const conflicts: Conflict[] = [];
  const shifted: { field: string; theirs: Value }[] = [];
  const replaced: { field: string; theirs: Value }[] = [];
  const frozen = new Set(input.frozen);
  const base: Record<string, Value> = { ...input.base, ...snapshot };
  const inFlight = input.writes.length === 0 ? [] : unanswered(input.writes);
  for (const field of fields) {
    const { id, shape } = field;
    const there = snapshot[id];
    if (there === undefined) continue;
    if (shape === 'set') {
      const names = mergeNames(input, inFlight, id, refused);
      if (names !== input.local[id] && !sameNames(names, namesIn(input.local[id]))) changed.push(id);
      local[id] = names;
      continue;
    }
    if (isPassedThrough(input, inFlight, id, there)) {
      const before = input.base[id];
      if (before !== undefined) base[id] = before;
      continue;
    }
    if (frozen.has(id)) {
      const before = input.base[id];
      if (there === before) continue;
      const own = ownChange(input, inFlight, id, there);
      if (own === undefined) {
        if (there === input.local[id]) frozen.delete(id);
        shifted.push({ field: id, theirs: there });
      } else if (before !== undefined && before !== own[0]) replaced.push({ field: id, theirs: before });
      continue;
    }
    if (isDroppedByCreate(input, inFlight, field, there)) continue;
    const { value, conflict } = mergeValue(input, inFlight, field, there);
    if (value !== local[id]) {
      local[id] = value;
      changed.push(id);
    }
    if (conflict === undefined) continue;
    conflicts.push(conflict);
    if (conflict.outcome === 'open') frozen.add(id);
  }
  return { local, changed, base, refused, conflicts, frozen: [...frozen], shifted, replaced };
}

/**
 * Returns the change of a frozen field that a write of ours made, if the item has the written value. The write was planned before the
 * field was frozen.
 */
const ownChange = ({ answered }: ReconcileInput, inFlight: readonly Write[], field: string, theirs: Value) =>
  (answered === undefined ? inFlight : [answered]).find(({ set }) => set[field]?.[1] === theirs)?.set[field];

/** Returns true for a value that the item has only while a write of ours is carried out. The write's response shows the final value. */
const isPassedThrough = (
  { answered }: ReconcileInput,
  inFlight: readonly Write[],
  field: string,
  theirs: Value,
): boolean => answered === undefined && inFlight.some(({ passes }) => passes?.[field]?.includes(theirs));

/**
 * Returns true for a field that a new item shows unset although it was created with a value: the provider silently drops labels from an
 * account that may only create items. The task keeps the value, and the update that follows sets it or is refused with a reason.
 */
function isDroppedByCreate(
  { answered }: ReconcileInput,
  inFlight: readonly Write[],
  { id, unset }: Field,
  theirs: Value,
): boolean {
  if (theirs !== unset) return false;
  const creates = answered === undefined ? inFlight : [answered];
  return creates.some(({ set: { [id]: sent } }) => sent?.[0] === null && sent[1] !== unset);
}

function mergeValue(
  input: ReconcileInput,
  inFlight: readonly Write[],
  { id: field, shape }: Field,
  theirs: Value,
): { value: Value; conflict?: Conflict } {
  const ours = input.local[field] ?? null;
  const agreed = agreedValue(input, inFlight, { id: field, shape }, theirs);
  if (ours === theirs || theirs === agreed) return { value: ours };
  if (ours === agreed) return { value: theirs };
  const time = input.localTimes[field];
  // The task never had an edit of its own in this field: it was created from a snapshot that did not know the field.
  if (agreed === undefined && time === undefined) return { value: theirs };
  // The provider rewrote the value of our write, and the task was edited while the write was in flight. The task's value wins, and no
  // edit of another person is overruled.
  if (input.answered?.set[field] !== undefined) return { value: ours };
  const isOursNewer = isNewer(time, input.clockOffsetMs ?? 0, input.snapshotTime);
  const outcome = outcomeUnder(input.policy, isOursNewer);
  return {
    value: outcome === 'theirs' ? theirs : ours,
    conflict: { field, outcome, base: agreed ?? null, ours, theirs },
  };
}

/** Returns the outcome of a conflict under the integration's conflict policy. */
export function outcomeUnder(policy: ConflictPolicy, isOursNewer: boolean): Conflict['outcome'] {
  switch (policy) {
    case 'newest':
      return isOursNewer ? 'ours' : 'theirs';
    case 'remote':
      return 'theirs';
    case 'local':
      return 'ours';
    case 'manual':
      return 'open';
  }
}

function agreedValue(
  { base, answered }: ReconcileInput,
  inFlight: readonly Write[],
  { id: field, shape }: Pick<Field, 'id' | 'shape'>,
  theirs: Value,
): Value | undefined {
  const response = answered?.set[field];
  if (response !== undefined) return response[1];
  const before = base[field];
  if (answered !== undefined) return before;
  let created: Value | undefined;
  for (const { set, outdated } of inFlight) {
    const change = set[field];
    if (change === undefined) continue;
    const [from, to] = change;
    // If the item has had another value since the write was planned, a person may have chosen the same value as our write. Only a text,
    // or a value that the task has changed since, is certainly ours.
    const isCertain = shape === 'text' || outdated?.includes(field) === true;
    if (to === theirs && (before === undefined || before === from || isCertain)) return theirs;
    if (before === undefined) created = to;
  }
  return before ?? created;
}

/** Merges a set: names added or removed at the provider are added or removed in the task, and the task's other names stay. */
function mergeNames(
  input: ReconcileInput,
  inFlight: readonly Write[],
  field: string,
  refused: Record<string, readonly string[]>,
): readonly string[] {
  const remote = namesIn(input.snapshot[field]);
  const local = namesIn(input.local[field]);
  const there = nameKeys(remote);
  const { answered } = input;
  const before = input.refused[field] ?? [];
  // The usual case: the names at the provider are unchanged, and no write of ours is in flight.
  if (
    answered === undefined &&
    inFlight.length === 0 &&
    before.length === 0 &&
    sameNames(remote, namesIn(input.base[field]))
  )
    return local;
  const dropped = answered === undefined ? [] : namesWithout(answered.add[field] ?? [], remote);
  const agreed = agreedNames(input, inFlight, field, there, dropped);
  const removed = agreed.difference(there);
  const added = remote.filter((name) => !agreed.has(nameKey(name)));
  const names = uniqueNames([...local.filter((name) => !removed.has(nameKey(name))), ...added]);
  if (before.length > 0 || dropped.length > 0) {
    refused[field] = namesWithin(namesWithout(uniqueNames([...before, ...dropped]), remote), names);
  }
  return names;
}

function agreedNames(
  { base, answered }: ReconcileInput,
  inFlight: readonly Write[],
  field: string,
  there: ReadonlySet<string>,
  dropped: readonly string[],
): Set<string> {
  const agreed = nameKeys(namesIn(base[field]));
  if (answered !== undefined) {
    for (const name of answered.add[field] ?? []) agreed.add(nameKey(name));
    for (const name of [...(answered.remove[field] ?? []), ...dropped]) agreed.delete(nameKey(name));
    return agreed;
  }
  for (const write of inFlight) {
    for (const key of nameKeys(write.add[field] ?? [])) if (there.has(key)) agreed.add(key);
    for (const key of nameKeys(write.remove[field] ?? [])) if (!there.has(key)) agreed.delete(key);
  }
  return agreed;
}

/**
 * Returns true if an edit of the task is newer than one at the provider. Times are compared by the second, as the provider gives them,
 * and the provider wins ties.
 */
export function isNewer(localTime: string | undefined, clockOffsetMs: number, remoteTime: Date): boolean {
  if (localTime === undefined) return false;
  return Math.floor((Date.parse(localTime) + clockOffsetMs) / 1000) > Math.floor(remoteTime.getTime() / 1000);
}
