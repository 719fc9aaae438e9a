import { nameKey, nameKeys, namesWithin, namesWithout, sameNames, uniqueNames } from '../../tasks/names.ts';
import { type Field, namesIn, type RefusedNames, type Value, type Values } from '../../tasks/sync-fields.ts';
import type { ConflictOutcome, ConflictPolicy } from '../conflicts/conflict.ts';
import { unanswered, type Write } from './write.ts';

export interface ReconcileInput {
  fields: readonly Field[];
  /** The last state both sides agreed on. A field that was never agreed on is absent. */
  base: Values;
  /** The item's newest state, as far as the snapshot knows it. */
  snapshot: Values;
  /** When the snapshot was written there, on the provider's clock. Known to the second at most. */
  snapshotTime: Date;
  /** The task. */
  local: Values;
  /** When a field of the task last changed here, RFC 3339 on our clock. */
  localTimes: Readonly<Partial<Record<string, string>>>;
  /** The provider's clock minus ours, in milliseconds. */
  clockOffsetMs?: number;
  /** Writes of ours; those without a response are in flight, and meeting their values is no change of somebody else. */
  writes: readonly Write[];
  /** The write whose response the snapshot is. What it sent and does not find there was refused or rewritten. */
  answered?: Write;
  refused: RefusedNames;
  policy: ConflictPolicy;
  /** Fields with an open conflict. */
  frozen: readonly string[];
}

/** Both sides had changed a field to different values. */
export interface Conflict {
  field: string;
  outcome: Exclude<ConflictOutcome, 'merged'>;
  base: Value | null;
  ours: Value;
  theirs: Value;
}

export interface Reconciliation {
  /** The task afterwards. Where it differs from `base`, apart from what is refused, it is still to be sent. */
  local: Values;
  /** Ids of the task's fields that changed. */
  changed: string[];
  /** The next base: the old one with everything that the snapshot knows. */
  base: Values;
  refused: RefusedNames;
  conflicts: Conflict[];
  /** Fields that are frozen from now on. */
  frozen: readonly string[];
  /** Frozen fields that were edited there again, with their new values. */
  shifted: { field: string; theirs: Value }[];
  /** Values of frozen fields that a write of ours has replaced there. */
  replaced: { field: string; theirs: Value }[];
}

/**
 * Three-way merge of one link, pure. In each field the side that differs from base wins; sets merge name by name. Where both sides
 * changed a field to different values, the policy decides, or freezes the field until a person decides. A field that the snapshot does
 * not know stays untouched. All of the snapshot has been taken in, overruled or recorded as a conflict afterwards, so it becomes the
 * base: running again with the same snapshot, such as the echo of our own write, changes nothing.
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

/** The change of a frozen field by a write that was planned before the field was frozen. */
const ownChange = ({ answered }: ReconcileInput, inFlight: readonly Write[], field: string, theirs: Value) =>
  (answered === undefined ? inFlight : [answered]).find(({ set }) => set[field]?.[1] === theirs)?.set[field];

/** True for a value that the item only has until a write of ours is complete: the response tells what came of it. */
const isPassedThrough = (
  { answered }: ReconcileInput,
  inFlight: readonly Write[],
  field: string,
  theirs: Value,
): boolean => answered === undefined && inFlight.some(({ passes }) => passes?.[field]?.includes(theirs));

/**
 * True for a field that a new item shows unset although it was created with a value: an account that may only create items cannot label
 * them, and is not told. The task keeps the value, and the update that follows either sets it or is refused with a reason.
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
  // The task never had an edit of its own in this field: it was made from a snapshot that did not know it.
  if (agreed === undefined && time === undefined) return { value: theirs };
  // Our write came back rewritten, and the task was edited again while it was in flight: no other person's change is overruled.
  if (input.answered?.set[field] !== undefined) return { value: ours };
  const isOursNewer = isNewer(time, input.clockOffsetMs ?? 0, input.snapshotTime);
  const outcome = outcomeUnder(input.policy, isOursNewer);
  return {
    value: outcome === 'theirs' ? theirs : ours,
    conflict: { field, outcome, base: agreed ?? null, ours, theirs },
  };
}

/** Returns the outcome of a conflict under the policy. */
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
    // After another value, a choice may be a person's: only a text, or what the task has moved on from, is certainly ours.
    const isCertain = shape === 'text' || outdated?.includes(field) === true;
    if (to === theirs && (before === undefined || before === from || isCertain)) return theirs;
    if (before === undefined) created = to;
  }
  return before ?? created;
}

/** A name that came or went there does so here; all others stay as they are here. */
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
  // The usual case: nothing came or went there, and nothing of ours is in flight.
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

/** True when an edit of the task is newer than one that was made there. The provider tells times to the second, and wins ties. */
export function isNewer(localTime: string | undefined, clockOffsetMs: number, remoteTime: Date): boolean {
  if (localTime === undefined) return false;
  return Math.floor((Date.parse(localTime) + clockOffsetMs) / 1000) > Math.floor(remoteTime.getTime() / 1000);
}
