import type { Transaction } from '../../database/database.ts';
import { canonicalText } from '../../tasks/canonical-text.ts';
import { nameKey, uniqueNames } from '../../tasks/names.ts';
import { isPriorityLabel, priorityOfLabels } from '../../tasks/priority.ts';
import type { RemoteFields } from '../../tasks/sync-fields.ts';
import type { FieldChange } from '../../tasks/task.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import { changeLinks } from '../link/change-links.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import { findLinksWithLabel, type LinkRow } from '../link/link-queries.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { provenanceOf } from './snapshot.ts';

/** Renames or deletes a label, as happened at the provider, on every task with a link in that repository. It is no edit of an item. */
export async function applyLabelChanges(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
): Promise<void> {
  for (const entry of ofKind(all, 'label_renamed', 'label_deleted')) {
    const { change } = entry;
    const repository = repositories.of(entry, change.repository);
    const from = canonicalText(change.kind === 'label_renamed' ? change.from : change.name);
    const to = change.kind === 'label_renamed' ? canonicalText(change.to) : null;
    const kind = to === null ? 'label_removed' : 'label_renamed';
    const count = await renameOnTasks(trx, entry, repository.id, from, to);
    entry.effects.push({
      kind,
      repository_id: repository.id,
      detail: `${count} ${count === 1 ? 'task has' : 'tasks have'} changed.`,
    });
  }
}

/**
 * Renames a label (deletes it if `to` is null) on the tasks with a link in this repository, and in the last agreed state (base) of these
 * links. Returns how many tasks changed.
 */
async function renameOnTasks(
  trx: Transaction,
  entry: Entry,
  repositoryId: number,
  from: string,
  to: string | null,
): Promise<number> {
  let changed = 0;
  await changeLinks(trx, {
    find: (page) => findLinksWithLabel(trx, repositoryId, from, page),
    isMeant: ({ repository_id }) => repository_id === repositoryId,
    change(batch, link) {
      const task = batch.taskOf(link);
      if (task === undefined || link.base === null) return;
      const before = link.base;
      link.base = renamedBase(before, from, to);
      link.refused = { ...link.refused, labels: rename(link.refused.labels ?? [], from, to) };
      batch.linkChanged(link);
      const isFrozen = link.frozen.includes('priority');
      if (isFrozen && link.base.priority !== before.priority) showInConflict(batch, link);
      const changes = renameOnTask(task, before, link.base, from, to, isFrozen);
      if (changes.length === 0) return;
      changed += 1;
      batch.taskChanged(task);
      batch.record(task, changes, provenanceOf(entry, link));
    },
  });
  return changed;
}

function rename(names: readonly string[], from: string, to: string | null): string[] {
  return uniqueNames(names.flatMap((name) => (nameKey(name) === nameKey(from) ? (to ?? []) : name)));
}

function renamedBase(base: RemoteFields, from: string, to: string | null): RemoteFields {
  // The labels of this item were never seen, so its last agreed state (base) has no label to rename.
  if (base.labels === undefined) return base;
  const labels = rename([...base.labels, ...(base.priorityLabels ?? [])], from, to);
  return {
    ...base,
    priority: priorityOfLabels(labels),
    labels: labels.filter((label) => !isPriorityLabel(label)),
    priorityLabels: labels.filter(isPriorityLabel),
  };
}

/** Shows the item's new priority in the open conflict of the link: the renamed label names another priority now, or none. */
function showInConflict(batch: LinkBatch, link: LinkRow): void {
  const { base, versions } = link;
  const theirs_at = versions.core;
  if (base?.priority === undefined || theirs_at === undefined) return;
  const shown = { field: 'priority', theirs: base.priority, theirs_at };
  batch.conflicts.shift(link, { ...shown, theirs_by: null, delivery_id: null, outcome: 'open' });
}

/**
 * Renames a label on the task and returns the changes. The task's priority follows the new label unless the priority has an open conflict
 * or an edit to be sent.
 */
function renameOnTask(
  task: TaskRow,
  before: RemoteFields,
  after: RemoteFields,
  from: string,
  to: string | null,
  isFrozen: boolean,
): FieldChange[] {
  const labels = rename([...task.labels, ...(before.priorityLabels ?? [])], from, to).filter(
    (label) => !isPriorityLabel(label),
  );
  const priority = !isFrozen && task.priority === before.priority ? (after.priority ?? task.priority) : task.priority;
  const changes: FieldChange[] = [];
  // The lists are compared with letter case, because the renaming may have changed nothing else.
  if (labels.join('\n') !== task.labels.join('\n')) changes.push({ field: 'labels', from: task.labels, to: labels });
  if (priority !== task.priority) changes.push({ field: 'priority', from: task.priority, to: priority });
  task.labels = labels;
  task.priority = priority;
  return changes;
}
