import { type ExternalItem, UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Effect } from '../domain/effect.ts';
import { pendingPatch } from '../domain/pending-patch.ts';
import { canonicalText, projectItem, projectTask, sameRemote, storableItem } from '../domain/projection.ts';
import { type Reconciliation, reconcile } from '../domain/reconcile.ts';
import { taskStatusFrom } from '../domain/status.ts';
import type { RemoteFields } from '../domain/sync-fields.ts';
import type { FieldChange } from '../domain/task.ts';
import type { LinkRow } from '../store/links.ts';
import type { TaskRow } from '../store/tasks.ts';
import type { ChangeSource, IncomingChange } from './incoming-change.ts';
import type { WorkSet } from './work-set.ts';

export interface Snapshot extends Pick<IncomingChange, 'integration' | 'source'> {
  item: ExternalItem;
  /** The item's repository here. */
  repositoryId: number;
}

/** Reads the snapshot's version, in milliseconds of time. */
export function versionOf(item: ExternalItem): Date {
  const version = new Date(item.updatedAt);
  // Years beyond are times to JavaScript, but not to PostgreSQL.
  const year = version.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) {
    throw new UnusablePayloadError(
      `The item ${item.url} says it was updated at "${item.updatedAt}", which is no time.`,
    );
  }
  return version;
}

/** What of an item a link shows. */
export const linkFacts = ({ item, repositoryId }: Pick<Snapshot, 'item' | 'repositoryId'>) => ({
  number: item.number,
  url: canonicalText(item.url),
  state: item.state,
  repository_id: repositoryId,
});

/** A write of several steps is over by then, mostly; otherwise it is asked again. */
const HALF_DONE_MS = 2000;

/** These asked for the state of one item just now: on equal versions they are right. Everything else may be older than it looks. */
const isAuthoritative = ({ kind }: ChangeSource): boolean =>
  kind === 'refetch' || kind === 'manual' || kind === 'write';

/** Takes a snapshot of a linked item in. Older ones change nothing; one of the same age with other content is asked about. */
export function takeSnapshot(set: WorkSet, link: LinkRow, snapshot: Snapshot): Effect[] {
  const { item, source } = snapshot;
  const version = versionOf(item);
  const task = set.taskOf(link);
  const reference = { link_id: link.id, ...(task === undefined ? {} : { task_id: task.id }) };
  if (task === undefined)
    return [{ kind: 'tombstone', ...reference, detail: 'The task was deleted here; the item lives on there.' }];
  if (link.sync_state === 'deleted' && (set.replaced.has(link.id) || !isSeenAgain(link, version, source))) {
    return [{ kind: 'stale', ...reference, detail: 'The item was deleted there.' }];
  }
  const remote = projectItem(item);
  const age = compareVersions(link, version);
  if (age < 0)
    return [
      { kind: 'stale', ...reference, detail: `Older than ${link.remote_version?.toISOString()}, which is known.` },
    ];
  const same = link.base !== null && sameRemote(link.base, remote);
  if (age === 0 && source.answered === undefined && link.sync_state !== 'deleted') {
    if (same) return [{ kind: 'task_unchanged', ...reference }];
    if (!isAuthoritative(source)) {
      link.candidate = storableItem(item);
      set.refetch(link);
      return [
        {
          kind: 'refetch_requested',
          ...reference,
          detail: 'As old as the known state, but different: asking which one holds.',
        },
      ];
    }
  }
  return merge(set, link, task, remote, version, snapshot);
}

function merge(
  set: WorkSet,
  link: LinkRow,
  task: TaskRow,
  remote: RemoteFields,
  version: Date,
  snapshot: Snapshot,
): Effect[] {
  const { source } = snapshot;
  const intent = set.intents.get(link.id);
  const result = reconcile({
    base: link.base,
    remote,
    remoteTime: version,
    local: projectTask(task),
    localTimes: task.field_times,
    sent: intent?.sent ?? [],
    refused: link.refused,
    ...(source.answered === undefined ? {} : { answered: source.answered }),
  });
  const overruled = result.conflicts.some(({ winner }) => winner === 'remote');
  if (overruled && source.answered === undefined && intent?.leased && intent.sent.length > 0) {
    link.candidate = storableItem(snapshot.item);
    set.refetch(link, HALF_DONE_MS);
    const detail =
      'It contradicts a write of ours that is under way, and may show it half done: asking when it is over.';
    return [{ kind: 'refetch_requested', task_id: task.id, link_id: link.id, detail }];
  }
  if (link.remote_version !== null && version > link.remote_version) {
    link.candidate = null;
    link.refetch_at = null;
  }
  Object.assign(link, linkFacts(snapshot), {
    base: remote,
    remote_version: version,
    refused: result.refused,
    last_synced_at: set.now,
  });
  set.linkChanged(link);
  const fields = changeTask(set, task, result, snapshot);
  const queued = updateSyncState(set, link, result, fields.length > 0);

  const reference = { task_id: task.id, link_id: link.id };
  const effects: Effect[] = [
    fields.length > 0 ? { kind: 'task_updated', ...reference, fields } : { kind: 'task_unchanged', ...reference },
  ];
  if (queued)
    effects.push({ kind: 'outbox_queued', ...reference, detail: 'The task has edits that the other side lacks.' });
  return effects;
}

/** Writes the outcome to the task; answers which of its fields changed. */
function changeTask(
  set: WorkSet,
  task: TaskRow,
  { fields, changed, conflicts }: Reconciliation,
  snapshot: Snapshot,
): string[] {
  const changes = changed.map((field): FieldChange => {
    const conflict = conflicts.find((candidate) => candidate.field === field);
    const from = task[field];
    const to = field === 'status' ? taskStatusFrom(fields.status, task.status) : fields[field];
    Object.assign(task, { [field]: to });
    return conflict === undefined
      ? { field, from, to }
      : { field, from, to, conflict: { winner: conflict.winner, lost: conflict.lost } };
  });
  for (const { field, winner, lost } of conflicts) {
    if (!changed.includes(field))
      changes.push({ field, from: task[field], to: task[field], conflict: { winner, lost } });
  }
  if (changed.length > 0) set.taskChanged(task);
  set.record(task, changes, snapshot);
  return changed;
}

/** Answers whether there is something new to send. */
function updateSyncState(
  set: WorkSet,
  link: LinkRow,
  { fields, refused }: Reconciliation,
  taskChanged: boolean,
): boolean {
  const { base, sync_state: before } = link;
  if (base === null || pendingPatch(fields, base, refused) === null) {
    link.last_error = null;
    link.last_error_class = null;
    // An intent that exists may have been sent already: then its worker settles the link.
    if (before === 'pending') set.settle(link);
    else link.sync_state = 'in_sync';
    return false;
  }
  // What was refused as a whole is tried again when the task changes, not for every event there.
  if (before === 'error' && !taskChanged) return false;
  link.sync_state = 'pending';
  set.send(link);
  return before !== 'pending';
}

function compareVersions(link: LinkRow, version: Date): number {
  if (link.base === null || link.remote_version === null) return 1;
  return version.getTime() - link.remote_version.getTime();
}

/** Read just now on request; or we once got "not found", which a lost permission also answers, and it has changed or was listed since. */
function isSeenAgain(link: LinkRow, version: Date, { kind }: ChangeSource): boolean {
  if (kind === 'manual') return true;
  return link.last_error_class === 'not_found' && (kind !== 'webhook' || compareVersions(link, version) > 0);
}
