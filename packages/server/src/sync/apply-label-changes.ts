import { sql } from 'kysely';
import { nameKey, uniqueNames } from '../domain/names.ts';
import { isPriorityLabel, priorityOfLabels } from '../domain/priority.ts';
import { canonicalText } from '../domain/projection.ts';
import type { RemoteFields } from '../domain/sync-fields.ts';
import type { FieldChange } from '../domain/task.ts';
import type { Transaction } from '../store/database.ts';
import { lockLinks } from '../store/links.ts';
import { databaseTime, lockTasks, type TaskRow } from '../store/tasks.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { WorkSet } from './work-set.ts';

const CHUNK = 500;

/** A label that was renamed or deleted there is renamed or removed on every task linked in that repository: not an edit of any item. */
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

/** Answers how many tasks changed. */
async function renameOnTasks(
  trx: Transaction,
  entry: Entry,
  repositoryId: number,
  from: string,
  to: string | null,
): Promise<number> {
  const { rows } = await sql<{ id: number; task_id: number }>`
    select l.id, l.task_id from links l join tasks t on t.id = l.task_id
    where l.repository_id = ${repositoryId} and l.integration_id = ${entry.integration.id} and l.sync_state not in ('deleted', 'detached')
      and (exists (select from unnest(t.labels) label where lower(label) = lower(${from}))
        or exists (
          select from jsonb_array_elements_text(coalesce(l.base -> 'labels' || (l.base -> 'priorityLabels'), '[]')) label
          where lower(label) = lower(${from})))
    order by l.task_id`.execute(trx);
  let changed = 0;
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    const set = new WorkSet(await databaseTime(trx));
    for (const task of await lockTasks(
      trx,
      chunk.map((row) => row.task_id),
    ))
      set.addTask(task);
    for (const link of await lockLinks(
      trx,
      chunk.map((row) => row.id),
    )) {
      const task = set.taskOf(link);
      if (task === undefined || link.base === null) continue;
      const before = link.base;
      link.base = renamedBase(before, from, to);
      link.refused = { ...link.refused, labels: rename(link.refused.labels, from, to) };
      set.linkChanged(link);
      const changes = renameOnTask(task, before, link.base, from, to);
      if (changes.length === 0) continue;
      changed += 1;
      set.taskChanged(task);
      set.record(task, changes, entry);
    }
    await set.write(trx);
  }
  return changed;
}

function rename(names: readonly string[], from: string, to: string | null): string[] {
  return uniqueNames(names.flatMap((name) => (nameKey(name) === nameKey(from) ? (to ?? []) : name)));
}

function renamedBase(base: RemoteFields, from: string, to: string | null): RemoteFields {
  const labels = rename([...base.labels, ...base.priorityLabels], from, to);
  return {
    ...base,
    priority: priorityOfLabels(labels),
    labels: labels.filter((label) => !isPriorityLabel(label)),
    priorityLabels: labels.filter(isPriorityLabel),
  };
}

/** The task's labels and priority follow, except a priority that the task has changed and not sent yet. */
function renameOnTask(
  task: TaskRow,
  before: RemoteFields,
  after: RemoteFields,
  from: string,
  to: string | null,
): FieldChange[] {
  const labels = rename([...task.labels, ...before.priorityLabels], from, to).filter(
    (label) => !isPriorityLabel(label),
  );
  const priority = task.priority === before.priority ? after.priority : task.priority;
  const changes: FieldChange[] = [];
  // Another case of the same name counts as well: that is what was renamed.
  if (labels.join('\n') !== task.labels.join('\n')) changes.push({ field: 'labels', from: task.labels, to: labels });
  if (priority !== task.priority) changes.push({ field: 'priority', from: task.priority, to: priority });
  task.labels = labels;
  task.priority = priority;
  return changes;
}
