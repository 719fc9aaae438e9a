import { namesWithin, namesWithout, sameNames, uniqueNames } from '../../tasks/names.ts';
import { type Field, namesIn, type RemoteFields, type Value, type Values } from '../../tasks/sync-fields.ts';

/** The difference between a task and its item, field by field. Sets are changed by name, so that names of other people stay. */
export interface FieldChanges {
  set: Readonly<Record<string, readonly [from: Value | null, to: Value]>>;
  add: Readonly<Record<string, readonly string[]>>;
  remove: Readonly<Record<string, readonly string[]>>;
}

/**
 * One write to the provider, remembered from before it is sent until an hour after its response. Until the response it tells our own
 * change from somebody else's; afterwards it is a receipt that finds edits which the write has overwritten.
 */
export interface Write extends FieldChanges {
  /** RFC 3339, on our clock. */
  at: string;
  /** The item's version when it was read for this write; null for a create. */
  read_version: string | null;
  /** Values that the item passes through while the write is carried out: they are nobody's edit. */
  passes?: Readonly<Record<string, readonly Value[]>>;
  /** Every label that it adds or removes, those of the priority included. */
  labels?: readonly string[];
  /** Fields that were given another value here while the write was in flight. */
  outdated?: readonly string[];
  /** Set by the response. */
  answered?: { at: string; version: string };
  /** Overwritten values that have been recorded already, so that a repeated delivery records nothing. */
  overwritten?: Readonly<Record<string, readonly Value[]>>;
  /** The newest values of a field that late events have shown, from before the write was carried out. */
  latest?: Readonly<Record<string, LatestValues>>;
}

interface LatestValues {
  version: string;
  /** More than one: they have the same version, and nobody can tell which is the last. */
  values: readonly Value[];
}

/** A late event shows that a write of ours has overwritten values of a field unseen. */
export interface OverwrittenEdit {
  field: string;
  base: Value | null;
  ours: Value;
  theirs: Value;
  /** False: the value was recorded before, or is the one that was read. */
  isNew: boolean;
  /** The value that the field should have as far as earlier events told, and as far as they tell now. */
  before: Value;
  after: Value;
}

const MOST_RECEIPTS = 5;
const RECEIPT_LIFE_MS = 3_600_000;
/** More writes than this without a response are never in flight: each is preceded by a read that settles the older ones. */
const MOST_UNANSWERED = 5;

export const unanswered = (writes: readonly Write[]): Write[] => writes.filter((write) => write.answered === undefined);

/** The writes after another one was planned. */
export function withPlanned(writes: readonly Write[], planned: Write): Write[] {
  const waiting = unanswered(writes).slice(1 - MOST_UNANSWERED);
  return [...receipts(writes, new Date(planned.at)), ...waiting, planned];
}

/**
 * Returns the writes after the last planned one got its response: it becomes a receipt. Older writes without a response are dropped,
 * because the read before this write has settled them.
 */
export function withAnswered(writes: readonly Write[], version: string, now: Date): Write[] {
  const last = unanswered(writes).at(-1);
  if (last === undefined) return receipts(writes, now);
  return receipts([...writes, { ...last, answered: { at: now.toISOString(), version } }], now);
}

/**
 * The writes after the item was read by the worker that sends them: what the item shows was carried out although its response was lost.
 * Such a write is a receipt from then on; a later change to the same value is somebody's edit and not its echo.
 */
export function withSettled(writes: readonly Write[], item: Values, version: string, now: Date): Write[] {
  return writes.map((write) => {
    if (write.answered !== undefined || write.read_version === null) return write;
    const set = Object.entries(write.set).filter(([field, [, to]]) => item[field] === to);
    const add = keepNames(write.add, (field, names) => namesWithin(names, namesIn(item[field])));
    const remove = keepNames(write.remove, (field, names) => namesWithout(names, namesIn(item[field])));
    if (set.length + Object.keys(add).length + Object.keys(remove).length === 0) return write;
    return { ...write, set: Object.fromEntries(set), add, remove, answered: { at: now.toISOString(), version } };
  });
}

/** The fields in which names are left, with these names. */
function keepNames(
  changes: FieldChanges['add'],
  keep: (field: string, names: readonly string[]) => readonly string[],
): FieldChanges['add'] {
  const kept = Object.entries(changes).map(([field, names]) => [field, keep(field, names)] as const);
  return Object.fromEntries(kept.filter(([, names]) => names.length > 0));
}

/** The agreed state after a write whose response shows it, where events of the same second leave open what else the item has now. */
export function withWritten(base: RemoteFields, { set, add, remove }: Write, response: RemoteFields): RemoteFields {
  const next: Record<string, Value> = { ...base };
  for (const [field, [from, to]] of Object.entries(set))
    if (next[field] === from && (response as Values)[field] === to) next[field] = to;
  if (next.priority !== base.priority) next.priorityLabels = response.priorityLabels ?? [];
  for (const field of new Set([...Object.keys(add), ...Object.keys(remove)])) {
    const there = namesIn((response as Values)[field]);
    const added = namesWithin(add[field] ?? [], there);
    const removed = namesWithout(remove[field] ?? [], there);
    next[field] = uniqueNames([...namesWithout(namesIn(next[field]), removed), ...added]);
  }
  return next;
}

/**
 * The agreed state without what writes of ours have changed in the second of a snapshot that does not show it: the snapshot may be from
 * before them.
 */
export function withoutUnseen(
  base: RemoteFields,
  writes: readonly Write[],
  snapshot: Values,
  version: Date,
): RemoteFields {
  const next: Record<string, Value> = { ...base };
  for (const { set, add, remove, answered } of writes) {
    if (answered === undefined || Date.parse(answered.version) !== version.getTime()) continue;
    for (const [field, [from, to]] of Object.entries(set))
      if (from !== null && next[field] === to && snapshot[field] === from) next[field] = from;
    for (const field of new Set([...Object.keys(add), ...Object.keys(remove)])) {
      if (snapshot[field] === undefined) continue;
      const there = namesIn(snapshot[field]);
      const added = namesWithout(add[field] ?? [], there);
      const removed = namesWithin(remove[field] ?? [], there);
      next[field] = uniqueNames([...namesWithout(namesIn(next[field]), added), ...removed]);
    }
  }
  return next;
}

/** Remembers which of the fields that writes in flight set were given another value here. */
export function withOutdated(writes: readonly Write[], fields: readonly string[], local: Values): Write[] {
  return writes.map((write) => {
    if (write.answered !== undefined) return write;
    const isOutdated = (field: string): boolean => field in write.set && write.set[field]?.[1] !== local[field];
    const outdated = new Set([...(write.outdated ?? []), ...fields.filter(isOutdated)]);
    return outdated.size === 0 ? write : { ...write, outdated: [...outdated] };
  });
}

/** Remembers values that were seen while the writes were in flight, so that a late delivery of them is no overwritten edit. */
export function withSeen(writes: readonly Write[], seen: readonly { field: string; value: Value }[]): Write[] {
  if (seen.length === 0) return [...writes];
  return writes.map((write) => {
    if (write.answered !== undefined) return write;
    const overwritten: Record<string, readonly Value[]> = { ...write.overwritten };
    for (const { field, value } of seen) overwritten[field] = [...(overwritten[field] ?? []), value];
    return { ...write, overwritten };
  });
}

/** True when everything that differs between the snapshot and `base` was changed by writes that have no response yet. */
export function isEcho(fields: readonly Field[], writes: readonly Write[], snapshot: Values, base: Values): boolean {
  const inFlight = unanswered(writes);
  return fields.every(({ id }) => {
    const theirs = snapshot[id];
    if (theirs === undefined || theirs === base[id]) return true;
    if (!Array.isArray(theirs)) return inFlight.some(({ set }) => set[id]?.[1] === theirs);
    const before = namesIn(base[id]);
    const added = inFlight.flatMap(({ add }) => add[id] ?? []);
    const removed = inFlight.flatMap(({ remove }) => remove[id] ?? []);
    return (
      namesWithout(theirs, [...before, ...added]).length === 0 &&
      namesWithout(before, [...theirs, ...removed]).length === 0
    );
  });
}

/** The writes without the one planned last, which is known not to have been carried out. */
export function withoutLast(writes: readonly Write[]): Write[] {
  const last = writes.findLastIndex((write) => write.answered === undefined);
  return writes.filter((_, index) => index !== last);
}

/** Receipts that are still young enough to explain a late event. */
export function receipts(writes: readonly Write[], now: Date): Write[] {
  return writes
    .filter((write) => write.answered !== undefined && now.getTime() - Date.parse(write.answered.at) < RECEIPT_LIFE_MS)
    .slice(-MOST_RECEIPTS);
}

/**
 * Finds edits that were made there between our read and our write. Their snapshot is not newer than `base`, so it changes nothing any
 * more, but its value is neither the one that we read nor the one that we wrote. The response to the write may have been lost.
 *
 * @param shown values of the item in another snapshot that is not older
 */
export function overwrittenEdits(
  writes: readonly Write[],
  snapshot: Values,
  version: Date,
  base: Values,
  shown: Values = base,
): { edits: OverwrittenEdit[]; writes: readonly Write[] } {
  const edits: OverwrittenEdit[] = [];
  let isMarked = false;
  const marked = writes.map((write) => {
    if (write.read_version === null) return write;
    const at = version.getTime();
    if (at < Date.parse(write.read_version)) return write;
    if (write.answered !== undefined && at > Date.parse(write.answered.version)) return write;
    const overwritten: Record<string, readonly Value[]> = { ...write.overwritten };
    const latest: Record<string, LatestValues> = { ...write.latest };
    for (const [field, [from, to]] of Object.entries(write.set)) {
      const theirs = snapshot[field];
      if (theirs === undefined || theirs === to || write.passes?.[field]?.includes(theirs)) continue;
      if (field === 'priority' && !hasSameOtherLabels(write, snapshot, base)) continue;
      // Decided already: while the write was in flight, or by a later event.
      if (overwritten[field]?.includes(theirs) && latest[field]?.values.includes(theirs) !== true) continue;
      const before = lastWanted(write, field, latest[field]);
      // Without a response, only the item itself shows that the write was carried out.
      const isCarriedOut = base[field] === to || base[field] === before || shown[field] === to;
      if (write.answered === undefined && !isCarriedOut) continue;
      const newest = withValue(latest[field], theirs, version);
      if (newest !== latest[field]) {
        latest[field] = newest;
        isMarked = true;
      }
      const after = lastWanted(write, field, newest);
      const isNew = theirs !== from && theirs !== base[field] && overwritten[field]?.includes(theirs) !== true;
      if (isNew) overwritten[field] = [...(overwritten[field] ?? []), theirs];
      if (isNew || after !== before) edits.push({ field, base: from, ours: to, theirs, isNew, before, after });
    }
    return { ...write, ...(Object.keys(overwritten).length > 0 && { overwritten }), latest };
  });
  return { edits, writes: isMarked || edits.length > 0 ? marked : writes };
}

/**
 * A write changes only the labels that it names. If the other labels of the priority differ between the snapshot and the item as it is known
 * now, a person has changed them in between, and the priority of the snapshot was not overwritten by the write.
 */
function hasSameOtherLabels({ labels = [] }: Write, snapshot: Values, base: Values): boolean {
  const then = namesWithout(namesIn(snapshot.priorityLabels), labels);
  const now = namesWithout(namesIn(base.priorityLabels), labels);
  return sameNames(then, now);
}

function withValue(latest: LatestValues | undefined, value: Value, version: Date): LatestValues {
  const at = version.getTime();
  const known = latest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(latest.version);
  if (latest === undefined || at > known) return { version: version.toISOString(), values: [value] };
  return at < known || latest.values.includes(value) ? latest : { ...latest, values: [...latest.values, value] };
}

/**
 * The value that an overwritten field should have: the last one that a person set there after our read. It is ours where the person went
 * back to what we had read, and where nobody can tell which value is the last or whether it was set after our read.
 */
function lastWanted({ set, read_version }: Write, field: string, latest: LatestValues | undefined): Value {
  const [from, to] = set[field] ?? [null, null];
  const [value, ...others] = latest?.values ?? [];
  if (latest === undefined || value === undefined || others.length > 0 || value === from) return to;
  return Date.parse(latest.version) > Date.parse(read_version ?? latest.version) ? value : to;
}
