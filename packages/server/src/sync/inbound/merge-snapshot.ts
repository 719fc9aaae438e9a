import { taskStatusFrom } from '../../tasks/status.ts';
import { itemFields, type RemoteFields, type SyncFields } from '../../tasks/sync-fields.ts';
import type { FieldChange } from '../../tasks/task.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { Effect } from '../effect.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import { pendingChanges } from '../reconcile/pending-changes.ts';
import { addsNothing, projectTask, storableItem } from '../reconcile/projection.ts';
import { type Reconciliation, reconcile } from '../reconcile/reconcile.ts';
import { isEcho, withAnswered, withoutUnseen, withSeen } from '../reconcile/write.ts';
import { type ChangeSource, conflictPolicyOf } from './incoming-change.ts';
import { recordOverwritten, settleCandidate } from './overwritten-edits.ts';
import {
  isAuthoritative,
  isComplete,
  itemFacts,
  localTime,
  openedEffect,
  provenanceOf,
  remoteFieldsOf,
  remoteTime,
  type Snapshot,
  valueForTask,
  versionOf,
} from './snapshot.ts';

/**
 * Merges a snapshot of a linked item into its task. An older snapshot changes nothing, unless it shows an edit that a write of ours has
 * overwritten. A snapshot with the known version but other content is only stored as the link's candidate, until a read of the item shows
 * what is true.
 */
export function mergeSnapshot(batch: LinkBatch, link: LinkRow, snapshot: Snapshot): Effect[] {
  const { item, source } = snapshot;
  const version = versionOf(item);
  const task = batch.taskOf(link);
  const reference = { link_id: link.id, ...(task === undefined ? {} : { task_id: task.id }) };
  if (task === undefined)
    return [{ kind: 'tombstone', ...reference, detail: 'The task was deleted here; the item lives on there.' }];
  const resumes = !isFollowed(link);
  const obstacle = obstacleOf(batch, link, version, snapshot);
  if (obstacle !== null && (link.sync_state !== 'deleted' || compareVersions(link, version) < 0))
    return [{ kind: 'stale', ...reference, detail: obstacle }];

  const remote = remoteFieldsOf(link, item, source);
  const age = compareVersions(link, version);
  if (age <= 0 && source.deliveryId !== undefined && source.by !== undefined) {
    const { deliveryId: delivery_id, by } = source;
    batch.conflicts.noteEditor({ link_id: link.id, theirs_at: version.toISOString(), theirs_by: by, delivery_id });
  }
  if (age < 0) {
    const found = recordOverwritten(batch, link, task, remote, version, snapshot);
    if (found.length > 0) return found;
    const detail = `Older than ${link.versions.core}, which is known.`;
    return [{ kind: 'stale', ...reference, detail }];
  }
  const same = link.base !== null && addsNothing(itemFields, link.base, remote);
  if (age === 0 && source.answered === undefined && !resumes) {
    if (same) {
      if (isAuthoritative(source)) settleCandidate(batch, link, task, snapshot);
      return [{ kind: 'task_unchanged', ...reference }];
    }
    if (!isAuthoritative(source)) {
      // An echo of our write does not replace the candidate (a snapshot that no read has confirmed): the candidate may show an edit that
      // the write overwrote, which is only certain after the read.
      if (link.candidate === null || !isEcho(itemFields, link.writes, remote, link.base ?? {})) {
        // The candidate (a snapshot that no read has confirmed) is replaced by this snapshot, so an overwritten edit that it may show is
        // recorded first.
        settleCandidate(batch, link, task, snapshot);
        link.candidate = storableItem(item);
      }
      batch.refetch(link);
      const detail = 'As old as the known state, but different: the item is read to find out which one holds.';
      return [{ kind: 'refetch_requested', ...reference, detail }];
    }
  }
  return merge(batch, link, task, remote, version, snapshot);
}

/**
 * Lets a link that is not followed follow its item again, if the snapshot proves that the item exists and the task has no other item in
 * the repository. Returns the reason why not; null if the link is followed.
 */
function obstacleOf(batch: LinkBatch, link: LinkRow, version: Date, { integration, source }: Snapshot): string | null {
  if (isFollowed(link)) return null;
  if (link.sync_state === 'deleted' && !isSeenAgain(link, version, source)) return 'The item was deleted there.';
  if (batch.replaced.has(link.id)) return 'The task has another item in the same repository by now.';
  batch.apply(link, { type: link.sync_state === 'deleted' ? 'item_seen' : 'adopted' });
  // The former integration of the link may have been deleted, so the link gets the one that delivers the snapshot.
  link.integration_id = integration.id;
  return null;
}

function merge(
  batch: LinkBatch,
  link: LinkRow,
  task: TaskRow,
  remote: RemoteFields,
  version: Date,
  snapshot: Snapshot,
): Effect[] {
  const { integration, source } = snapshot;
  const result = reconcile({
    fields: itemFields,
    base: link.base ?? {},
    snapshot: remote,
    snapshotTime: version,
    local: projectTask(task),
    localTimes: task.field_times,
    clockOffsetMs: integration.clock_offset_ms,
    writes: link.writes,
    refused: link.refused,
    policy: conflictPolicyOf(integration),
    frozen: link.frozen,
    ...(source.answered === undefined ? {} : { answered: source.answered }),
  });
  const base = result.base as RemoteFields;
  link.writes =
    source.answered !== undefined || link.base === null
      ? withAnswered(link.writes, version.toISOString(), batch.now)
      : withSeen(
          link.writes,
          [...result.conflicts, ...result.shifted].map(({ field, theirs }) => ({ field, value: theirs })),
        );
  Object.assign(link, itemFacts(snapshot.item), {
    base,
    versions: { ...link.versions, core: version.toISOString() },
    refused: result.refused,
    frozen: [...result.frozen],
    last_synced_at: batch.now,
  });
  if (link.candidate !== null && Date.parse(link.candidate.updatedAt) < version.getTime()) {
    settleCandidate(batch, link, task, snapshot);
    link.refetch_at = null;
  } else if (isAuthoritative(source)) settleCandidate(batch, link, task, snapshot);
  // Fields that no snapshot has shown yet can only be filled by a read.
  if (!isComplete(base) && isFollowed(link)) batch.refetch(link);
  batch.linkChanged(link);
  const fields = changeTask(batch, link, task, result, snapshot);
  const before = link.sync_state;
  const pending = pendingChanges(itemFields, result.local, base, link.refused, link.frozen) !== null;
  // If the snapshot is the response to a write, no `merged` is applied here: the outbox worker applies the event `written` instead.
  if (source.kind !== 'write') batch.apply(link, { type: 'merged', pending, taskChanged: fields.length > 0 });
  // The event is from before the item's deletion but arrived after it. A change of the task is kept, as if the event had arrived in time;
  // the link stays deleted in any case.
  if (!isFollowed(link) && fields.length === 0)
    return [{ kind: 'stale', task_id: task.id, link_id: link.id, detail: 'The item was deleted there.' }];

  const reference = { task_id: task.id, link_id: link.id };
  const effects: Effect[] = [
    fields.length > 0 ? { kind: 'task_updated', ...reference, fields } : { kind: 'task_unchanged', ...reference },
  ];
  const opened = result.conflicts.filter(({ outcome }) => outcome === 'open').map(({ field }) => field);
  if (opened.length > 0) effects.push(openedEffect(reference, opened));
  if (before !== 'pending' && link.sync_state === 'pending' && pending)
    effects.push({ kind: 'outbox_queued', ...reference, detail: 'The task has edits that the provider lacks.' });
  return effects;
}

/** Writes the result of a merge to the task, its history and its conflicts. Returns the names of the task's fields that changed. */
function changeTask(
  batch: LinkBatch,
  link: LinkRow,
  task: TaskRow,
  { local, changed, conflicts, shifted, replaced, frozen }: Reconciliation,
  snapshot: Snapshot,
): string[] {
  const merged = local as SyncFields;
  const before = { ...task };
  const changes = changed.map((id): FieldChange => {
    const field = id as keyof SyncFields;
    const conflict = conflicts.find((candidate) => candidate.field === field);
    const from = task[field];
    const to = field === 'status' ? taskStatusFrom(merged.status, task.status) : merged[field];
    Object.assign(task, { [field]: to });
    // The time of the edit is stored, because the value may conflict with an edit of the task's item in another repository.
    task.field_times = { ...task.field_times, [field]: localTime(snapshot) };
    return conflict === undefined
      ? { field, from, to }
      : { field, from, to, conflict: { winner: 'remote', lost: from } };
  });
  const theirs_at = versionOf(snapshot.item).toISOString();
  const theirs_by = snapshot.source.by ?? null;
  const delivery_id = snapshot.source.deliveryId ?? null;
  for (const { field: id, outcome, base, theirs } of conflicts) {
    const field = id as keyof SyncFields;
    const lost = valueForTask(before, field, theirs);
    if (outcome === 'ours')
      changes.push({ field, from: task[field], to: task[field], conflict: { winner: 'task', lost } });
    batch.conflicts.record({
      task_id: task.id,
      link_id: link.id,
      field,
      base: valueForTask(before, field, base),
      ours: before[field],
      theirs: lost,
      ours_at: remoteTime(before.field_times[field], snapshot),
      theirs_at,
      theirs_by,
      policy: conflictPolicyOf(snapshot.integration),
      outcome,
      delivery_id,
    });
  }
  for (const { field, theirs } of shifted) {
    const outcome = frozen.includes(field) ? 'open' : 'merged';
    const value = valueForTask(before, field as keyof SyncFields, theirs);
    batch.conflicts.shift(link, { field, theirs: value, theirs_at, theirs_by, delivery_id, outcome });
  }
  for (const { field: id, theirs } of replaced) {
    const field = id as keyof SyncFields;
    const lost = valueForTask(before, field, theirs);
    changes.push({ field, from: task[field], to: task[field], conflict: { winner: 'task', lost } });
  }
  if (changed.length > 0) batch.taskChanged(task);
  batch.record(task, changes, provenanceOf(snapshot, link));
  return changed;
}

/**
 * Merges the candidate of a link (a snapshot that no read has confirmed) when its item cannot be read, because it is the last known state
 * of the item. The candidate may be older than a write of ours in the same second, so it does not undo what we wrote.
 */
export function mergeCandidate(
  batch: LinkBatch,
  link: LinkRow,
  { integration, source }: Pick<Snapshot, 'integration' | 'source'>,
): void {
  const { candidate, repository_id: repositoryId } = link;
  if (candidate === null || repositoryId === null) return;
  const remote = remoteFieldsOf(link, candidate, source);
  const before = withoutUnseen(link.base ?? {}, link.writes, remote, versionOf(candidate));
  if (addsNothing(itemFields, before, remote)) {
    link.candidate = null;
    batch.linkChanged(link);
    return;
  }
  if (link.base !== null) link.base = before;
  mergeSnapshot(batch, link, { integration, source: { ...source, kind: 'read' }, item: candidate, repositoryId });
}

function compareVersions(link: LinkRow, version: Date): number {
  if (link.base === null || link.versions.core === undefined) return 1;
  return version.getTime() - Date.parse(link.versions.core);
}

/**
 * Returns true if the snapshot proves that a deleted item exists: a person had it read just now, or it was only reported as not found,
 * which a lost permission also looks like, and it was seen since.
 */
function isSeenAgain(link: LinkRow, version: Date, { kind }: ChangeSource): boolean {
  if (kind === 'manual') return true;
  return link.last_error_class === 'not_found' && (kind !== 'webhook' || compareVersions(link, version) > 0);
}
