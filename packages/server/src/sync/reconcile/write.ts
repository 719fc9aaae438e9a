import { namesWithin, namesWithout, sameNames, uniqueNames } from '../../tasks/names.ts';
import { type Field, namesIn, type RemoteFields, type Value, type Values } from '../../tasks/sync-fields.ts';

/** The difference between a task and its item, field by field. Sets are changed by name, so that names that other people added stay. */
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
  /** Time at which the write was planned, RFC 3339, on our clock. */
  at: string;
  /** The item's version when it was read for this write; null for a create. */
  read_version: string | null;
  /** Values, by field id, that the item has for a moment while the write is carried out. They are nobody's edit. */
  passes?: Readonly<Record<string, readonly Value[]>>;
  /** All labels that the write adds or removes, including those that name a priority. */
  labels?: readonly string[];
  /** Ids of the fields that got another value in the task while the write was in flight. */
  outdated?: readonly string[];
  /** Set when the response to the write arrives: the time on our clock, and the item's version in the response. */
  answered?: { at: string; version: string };
  /** Overwritten values, by field id, that have been recorded already, so that a repeated delivery records nothing. */
  overwritten?: Readonly<Record<string, readonly Value[]>>;
  /** The newest values that late events have shown from before the write was carried out, by field id. */
  latest?: Readonly<Record<string, LatestValues>>;
}

interface LatestValues {
  version: string;
  /**
   * The newest values that late events have shown of one field: more than one if the events have the same version, so that nobody can
   * tell which is the last.
   */
  values: readonly Value[];
}

/** An overwritten edit of one field, shown by a late event: an edit at the provider that a write of ours replaced unseen. */
export interface OverwrittenEdit {
  field: string;
  base: Value | null;
  ours: Value;
  theirs: Value;
  /** True if the value was not recorded before, is not in base, and is not the one that was read before the write. */
  isNew: boolean;
  /**
   * The value that the overwritten field should have according to earlier events (`before`), and according to this event as well
   * (`after`).
   */
  before: Value;
  after: Value;
}

const MOST_RECEIPTS = 5;
const RECEIPT_LIFE_MS = 3_600_000;
/**
 * The most writes without a response that are remembered. There are never more in flight, because each write is preceded by a read that
 * settles the older ones.
 */
const MOST_UNANSWERED = 5;

export const unanswered = (writes: readonly Write[]): Write[] => writes.filter((write) => write.answered === undefined);

/** Returns the remembered writes with a newly planned one. */
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
 * Returns the writes after the outbox worker has read the item. A write whose values the item shows was carried out although its response
 * was lost, so it becomes a receipt; a later change to the same value is somebody's edit and not its echo.
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

/** Returns the changes with only the names that `keep` selects, without fields that have no names left. */
function keepNames(
  changes: FieldChanges['add'],
  keep: (field: string, names: readonly string[]) => readonly string[],
): FieldChanges['add'] {
  const kept = Object.entries(changes).map(([field, names]) => [field, keep(field, names)] as const);
  return Object.fromEntries(kept.filter(([, names]) => names.length > 0));
}

/**
 * Returns base with those changes of a write that its response shows. This is used if an event of the same second leaves open what else
 * the item has now.
 */
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
 * Returns base without those changes of our writes that have the same version as the snapshot and do not show in it, because the snapshot
 * may be from before these writes.
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

/** Returns the writes, after marking in those in flight which of the given fields have got another value in the task. */
export function withOutdated(writes: readonly Write[], fields: readonly string[], local: Values): Write[] {
  return writes.map((write) => {
    if (write.answered !== undefined) return write;
    const isOutdated = (field: string): boolean => field in write.set && write.set[field]?.[1] !== local[field];
    const outdated = new Set([...(write.outdated ?? []), ...fields.filter(isOutdated)]);
    return outdated.size === 0 ? write : { ...write, outdated: [...outdated] };
  });
}

/**
 * Returns the writes, after storing in those in flight the values that were seen meanwhile, so that a late delivery of such a value is no
 * overwritten edit.
 */
export function withSeen(writes: readonly Write[], seen: readonly { field: string; value: Value }[]): Write[] {
  if (seen.length === 0) return [...writes];
  return writes.map((write) => {
    if (write.answered !== undefined) return write;
    const overwritten: Record<string, readonly Value[]> = { ...write.overwritten };
    for (const { field, value } of seen) overwritten[field] = [...(overwritten[field] ?? []), value];
    return { ...write, overwritten };
  });
}

/** Returns true if everything that differs between the snapshot and `base` was changed by writes that have no response yet. */
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

/** Returns the writes without the one that was planned last, which was certainly not carried out. */
export function withoutLast(writes: readonly Write[]): Write[] {
  const last = writes.findLastIndex((write) => write.answered === undefined);
  return writes.filter((_, index) => index !== last);
}

/** Returns the receipts that are still young enough to explain a late event. */
export function receipts(writes: readonly Write[], now: Date): Write[] {
  return writes
    .filter((write) => write.answered !== undefined && now.getTime() - Date.parse(write.answered.at) < RECEIPT_LIFE_MS)
    .slice(-MOST_RECEIPTS);
}

/**
 * Finds overwritten edits: the snapshot is not newer than `base`, so it changes nothing any more, but it shows a value that is neither
 * the one that we read nor the one that we wrote. The response to the write may have been lost. Also returns the writes with these values
 * marked.
 *
 * @param shown values of the item in another snapshot that is not older; by default those of `base`
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
      // The overwritten value needs no new decision: one was made while the write was in flight, or for a later event.
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
 * Returns true if the labels of the priority that the write did not change are the same in the snapshot and in base. If not, a person has
 * changed them in between, and the write did not overwrite the snapshot's priority.
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
 * Returns the value that an overwritten field should have: the last one that a person set at the provider after our read. It is ours if
 * the person went back to the value that we had read, or if nobody can tell which value is the last or whether it was set after our read.
 */
function lastWanted({ set, read_version }: Write, field: string, latest: LatestValues | undefined): Value {
  const [from, to] = set[field] ?? [null, null];
  const [value, ...others] = latest?.values ?? [];
  if (latest === undefined || value === undefined || others.length > 0 || value === from) return to;
  return Date.parse(latest.version) > Date.parse(read_version ?? latest.version) ? value : to;
}
