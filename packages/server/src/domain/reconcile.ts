import { nameKey, nameKeys, namesWithin, namesWithout, sameNames, uniqueNames } from './names.ts';
import type { RefusedNames, RemoteFields, SyncFields } from './sync-fields.ts';

export const scalarFields = ['title', 'description', 'status', 'priority'] as const;
export const nameFields = ['labels', 'assignees'] as const;
type ScalarField = (typeof scalarFields)[number];
type NameField = (typeof nameFields)[number];

export interface ReconcileInput {
  /** The last state both sides agreed on; null while the item that a task asked for has not been seen. */
  base: RemoteFields | null;
  /** The newest state there. */
  remote: RemoteFields;
  /** When `remote` was written there. Known to the second at most. */
  remoteTime: Date;
  /** The task. */
  local: SyncFields;
  /** When a field of the task last changed here. */
  localTimes: Readonly<Partial<Record<keyof SyncFields, string>>>;
  /** Writes of ours that are on their way, oldest first: meeting their values there is no change of somebody else. */
  sent: readonly SyncFields[];
  /** The write whose answer `remote` is. What it sent and does not find there was refused or rewritten. */
  answered?: SyncFields;
  refused: RefusedNames;
}

/** Both sides had changed a field to different values. */
export interface Conflict {
  field: ScalarField;
  winner: 'task' | 'remote';
  /** The value that gave way. */
  lost: string;
}

export interface Reconciliation {
  /** The task afterwards. Where it differs from `remote`, apart from what is refused, it is still to be sent. */
  fields: SyncFields;
  /** Which fields of the task changed. */
  changed: (keyof SyncFields)[];
  refused: RefusedNames;
  conflicts: Conflict[];
}

/**
 * Three-way merge of one link, pure. Per field the side that differs from base wins; labels and assignees merge name by name, so
 * they never conflict. Where both sides changed a field, the newer wins (policy `newest`). Afterwards `remote` is the new base:
 * all of it has been taken in or overruled, and the task's remaining differences are what to send. Hence it may run any number of
 * times, and a snapshot equal to base, such as the echo of our own write, changes nothing.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { local, remote } = input;
  const fields: SyncFields = { ...local };
  const conflicts: Conflict[] = [];
  for (const field of scalarFields) {
    const { value, conflict } = reconcileScalar(input, field);
    Object.assign(fields, { [field]: value });
    if (conflict !== undefined) conflicts.push(conflict);
  }
  const refused: RefusedNames = { labels: [], assignees: [] };
  for (const field of nameFields) {
    const base = agreedNames(input, field);
    fields[field] = mergeNames(base, remote[field], local[field]);
    refused[field] = namesWithin(
      namesWithout(uniqueNames([...input.refused[field], ...refusedByAnswer(input, field)]), remote[field]),
      fields[field],
    );
  }
  const changed = [
    ...scalarFields.filter((field) => fields[field] !== local[field]),
    ...nameFields.filter((field) => !sameNames(fields[field], local[field])),
  ];
  return { fields, changed, refused, conflicts };
}

function reconcileScalar(input: ReconcileInput, field: ScalarField): { value: string; conflict?: Conflict } {
  const local = input.local[field];
  const remote = input.remote[field];
  const base = agreedScalar(input, field);
  if (local === remote || remote === base) return { value: local };
  if (local === base) return { value: remote };
  const { answered } = input;
  // What we wrote came back rewritten, and the task was edited again while it was on its way: nobody else's change was overruled.
  if (answered !== undefined && answered[field] !== input.base?.[field]) return { value: local };
  return isNewer(input.localTimes[field], input.remoteTime)
    ? { value: local, conflict: { field, winner: 'task', lost: remote } }
    : { value: remote, conflict: { field, winner: 'remote', lost: local } };
}

function agreedScalar({ base, remote, sent, answered }: ReconcileInput, field: ScalarField): string {
  if (answered !== undefined) return answered[field];
  if (sent.some((write) => write[field] === remote[field])) return remote[field];
  return (base ?? sent.at(-1) ?? remote)[field];
}

/** Name by name, as `agreedScalar` for the question whether it is there. */
function agreedNames(input: ReconcileInput, field: NameField): Set<string> {
  const before = nameKeys(input.base?.[field] ?? []);
  const remote = nameKeys(input.remote[field]);
  if (input.answered !== undefined) {
    const refused = nameKeys(refusedByAnswer(input, field));
    return nameKeys(input.answered[field]).difference(refused);
  }
  const writes = input.sent.map((write) => nameKeys(write[field]));
  const agreed = new Set<string>();
  for (const key of before.union(remote)) {
    const there = remote.has(key);
    const echoed = writes.some((write) => write.has(key) === there);
    if (echoed ? there : before.has(key)) agreed.add(key);
  }
  return agreed;
}

/** Names that the answered write added and that are not there. */
function refusedByAnswer({ base, remote, answered }: ReconcileInput, field: NameField): string[] {
  return answered === undefined ? [] : namesWithout(answered[field], [...remote[field], ...(base?.[field] ?? [])]);
}

/** A name that came or went there does so here; all others stay as they are here. */
function mergeNames(base: ReadonlySet<string>, remote: readonly string[], local: readonly string[]): string[] {
  const there = nameKeys(remote);
  const removed = base.difference(there);
  const added = remote.filter((name) => !base.has(nameKey(name)));
  return uniqueNames([...local.filter((name) => !removed.has(nameKey(name))), ...added]);
}

/** To the second, which is all that the other side tells; the other side wins ties. */
function isNewer(local: string | undefined, remote: Date): boolean {
  if (local === undefined) return false;
  return Math.floor(Date.parse(local) / 1000) > Math.floor(remote.getTime() / 1000);
}
