import type { RemoteFields, SyncFields } from '../../tasks/sync-fields.ts';
import type { FieldChange } from '../../tasks/task.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { Effect } from '../effect.ts';
import { isPending } from '../link/is-pending.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { projectTask } from '../reconcile/projection.ts';
import { isNewer, outcomeUnder } from '../reconcile/reconcile.ts';
import { type OverwrittenEdit, overwrittenEdits } from '../reconcile/write.ts';
import { conflictPolicyOf } from './incoming-change.ts';
import {
  openedEffect,
  provenanceOf,
  remoteFieldsOf,
  remoteTime,
  type Snapshot,
  valueForTask,
  versionOf,
} from './snapshot.ts';

/**
 * Drops the candidate of a link (a snapshot that no read has confirmed), because the item was read or a newer snapshot came. If the
 * candidate shows an edit that a write of ours overwrote, that edit is recorded.
 */
export function settleCandidate(batch: LinkBatch, link: LinkRow, task: TaskRow, snapshot: Snapshot): void {
  const { candidate } = link;
  if (candidate === null) return;
  link.candidate = null;
  batch.linkChanged(link);
  const remote = remoteFieldsOf(link, candidate, snapshot.source);
  const shown = remoteFieldsOf(link, snapshot.item, snapshot.source);
  recordOverwritten(batch, link, task, remote, versionOf(candidate), { ...snapshot, item: candidate }, shown);
}

/**
 * Records overwritten edits: those made at the provider between our read and our write. If the policy prefers such an edit, its value is
 * restored, unless the task or the item has been edited since. Under the policy `manual` the field is frozen until a person decides,
 * unless the item has been edited since. If it is frozen already, its open conflict shows the edit.
 */
export function recordOverwritten(
  batch: LinkBatch,
  link: LinkRow,
  task: TaskRow,
  remote: RemoteFields,
  version: Date,
  snapshot: Snapshot,
  shown?: RemoteFields,
): Effect[] {
  const { edits, writes } = overwrittenEdits(link.writes, remote, version, link.base ?? {}, shown);
  if (writes !== link.writes) {
    link.writes = [...writes];
    batch.linkChanged(link);
  }
  const changes: FieldChange[] = [];
  const restored: string[] = [];
  const opened: string[] = [];
  const policy = conflictPolicyOf(snapshot.integration);
  for (const edit of edits) {
    const field = edit.field as keyof SyncFields;
    const from = task[field];
    const theirs_at = version.toISOString();
    const theirs_by = snapshot.source.by ?? null;
    const delivery_id = snapshot.source.deliveryId ?? null;
    if (link.frozen.includes(field)) {
      const lost = valueForTask(task, field, edit.theirs);
      batch.conflicts.shift(link, {
        field,
        theirs: lost,
        theirs_at,
        theirs_by,
        delivery_id,
        outcome: 'open',
      });
      if (edit.isNew) changes.push({ field, from, to: from, conflict: { winner: 'task', lost } });
      continue;
    }
    const isRestored = mayRestore(link, task, edit, version, snapshot);
    if (!edit.isNew && !isRestored) continue;
    const isOpen = policy === 'manual' && isUndecided(link, task, edit);
    const to = isRestored ? valueForTask(task, field, edit.after) : from;
    const remoteWins = isRestored && edit.after !== edit.ours;
    // If the edit is not new, a person at the provider went back to the value that we had read, and the restored value loses.
    const theirs = edit.isNew ? edit.theirs : edit.before;
    batch.conflicts.record({
      task_id: task.id,
      link_id: link.id,
      field,
      base: valueForTask(task, field, edit.base),
      ours: isOpen ? from : valueForTask(task, field, edit.ours),
      theirs: valueForTask(task, field, theirs),
      ours_at: remoteTime(task.field_times[field], snapshot),
      theirs_at,
      theirs_by,
      policy,
      outcome: isOpen ? 'open' : remoteWins ? 'theirs' : 'ours',
      delivery_id,
    });
    if (isOpen) {
      opened.push(field);
      link.frozen = [...link.frozen, field];
      const lost = valueForTask(task, field, theirs);
      changes.push({ field, from, to: from, conflict: { winner: 'task', lost } });
      continue;
    }
    Object.assign(task, { [field]: to });
    if (isRestored) restored.push(field);
    const lost = valueForTask({ ...task, [field]: from }, field, remoteWins ? edit.ours : theirs);
    const conflict = { winner: remoteWins ? 'remote' : 'task', lost } as const;
    changes.push({ field, from, to, conflict });
  }
  if (changes.length === 0) return [];
  const reference = { task_id: task.id, link_id: link.id };
  if (restored.length > 0) batch.taskChanged(task);
  if (restored.length + opened.length > 0) batch.apply(link, { type: 'edited', pending: isPending(link, task) });
  batch.record(task, changes, provenanceOf(snapshot, link));
  if (opened.length > 0) return [openedEffect(reference, opened)];
  const detail = 'A write from here had overwritten this edit; it is kept as a conflict.';
  return [
    restored.length > 0
      ? { kind: 'task_updated', ...reference, fields: restored, detail }
      : { kind: 'task_unchanged', ...reference, detail },
  ];
}

/**
 * Returns true if a person has to decide about an overwritten edit: the item still has the value that we wrote, and the task does not
 * have the overwritten value.
 */
const isUndecided = (link: LinkRow, task: TaskRow, { field, ours, theirs }: OverwrittenEdit): boolean =>
  link.base?.[field as keyof RemoteFields] === ours && projectTask(task)[field as keyof SyncFields] !== theirs;

/**
 * Returns true if the overwritten value may be restored: late events show a new last value, the policy prefers it to ours, and neither
 * side was edited since.
 */
function mayRestore(
  link: LinkRow,
  task: TaskRow,
  { field, ours, before, after }: OverwrittenEdit,
  version: Date,
  { integration }: Snapshot,
): boolean {
  const base = link.base?.[field as keyof RemoteFields];
  if (after === before || (base !== ours && base !== before)) return false;
  if (projectTask(task)[field as keyof SyncFields] !== before) return false;
  const time = task.field_times[field as keyof SyncFields];
  const isOursNewer = isNewer(time, integration.clock_offset_ms, version);
  return after === ours || outcomeUnder(conflictPolicyOf(integration), isOursNewer) === 'theirs';
}
