import type { Actor } from '../../accounts/actor.ts';
import type { Transaction } from '../../database/database.ts';
import { notFound, preconditionFailed } from '../../errors.ts';
import { sameNames } from '../../tasks/names.ts';
import { newTaskRow } from '../../tasks/new-task-row.ts';
import { itemFields } from '../../tasks/sync-fields.ts';
import type { FieldChange, TaskFields } from '../../tasks/task.ts';
import type { NewTask, TaskDeletion, TaskEdit } from '../../tasks/task-commands.ts';
import { insertHistory } from '../../tasks/task-history-queries.ts';
import { canonicalTaskFields } from '../../tasks/task-input.ts';
import { getTask, type TaskObject } from '../../tasks/task-object-queries.ts';
import { databaseTime, insertTasks, lockTasks, reserveTaskIds, type TaskRow } from '../../tasks/task-queries.ts';
import { isPending } from '../link/is-pending.ts';
import { LinkBatch, type Provenance } from '../link/link-batch.ts';
import { type LinkRow, lockLinksOfTask } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import { findIntents } from '../outbound/outbox-queries.ts';
import { stillRefused } from '../reconcile/pending-changes.ts';
import { foldPriorityLabels, projectTask, sameFields } from '../reconcile/projection.ts';
import { withOutdated } from '../reconcile/write.ts';

/** Creates a task and returns it. Throws ApiError 422 if a field is invalid. */
export async function createTask(trx: Transaction, { projectId, fields, actor }: NewTask): Promise<TaskObject> {
  const canonical = canonicalTaskFields(fields);
  const [id] = await reserveTaskIds(trx, 1);
  const now = await databaseTime(trx);
  const task = newTaskRow({ id: id as number, project_id: projectId }, canonical, now);
  await insertTasks(trx, [task]);
  await insertHistory(trx, [
    {
      task_id: task.id,
      version: 1,
      actor,
      delivery_id: null,
      origin: { kind: 'edit', by: actor.name },
      changes: [{ field: 'created' }],
    },
  ]);
  return (await getTask(trx, task.id)) as TaskObject;
}

/** Edits a task and queues the edit for its items. Without a difference the version stays the same. Throws ApiError 404, 412 or 422. */
export async function editTask(trx: Transaction, { taskId, fields, actor, ifMatch }: TaskEdit): Promise<TaskObject> {
  const task = await lockTask(trx, taskId, ifMatch);
  const links = await lockLinksOfTask(trx, taskId);
  await changeLockedTask(trx, task, links, canonicalTaskFields(fields, task), actor);
  return (await getTask(trx, taskId)) as TaskObject;
}

/** Does the work of `editTask` for a task and links that the transaction has locked. `fields` must be in canonical form. */
export async function changeLockedTask(
  trx: Transaction,
  task: TaskRow,
  links: readonly LinkRow[],
  fields: Partial<TaskFields>,
  actor: Actor,
): Promise<void> {
  const batch = new LinkBatch(await databaseTime(trx), { tasks: [task], links });
  if (changeTask(batch, task, links, fields, { actor, origin: { kind: 'edit', by: actor.name } }))
    await batch.write(trx);
}

/**
 * Changes a task of a `LinkBatch` and queues the change for the items of its `links`, which must be in the batch too. Returns false if
 * nothing changes.
 */
export function changeTask(
  batch: LinkBatch,
  task: TaskRow,
  links: readonly LinkRow[],
  fields: Partial<TaskFields>,
  provenance: Provenance,
): boolean {
  const wanted: TaskFields = { ...task, ...fields };
  // On a linked task, a label that names a priority sets the priority and is removed from the labels. A priority given in the same edit
  // wins.
  const next = links.some(isFollowed)
    ? { ...foldPriorityLabels(wanted), ...(fields.priority && { priority: fields.priority }) }
    : wanted;
  const changes = differences(task, next);
  if (changes.length === 0) return false;

  const before = projectTask(task);
  for (const { field, to } of changes) {
    Object.assign(task, { [field]: to });
    if (field !== 'due_date') task.field_times = { ...task.field_times, [field]: batch.now.toISOString() };
  }
  batch.taskChanged(task);
  batch.record(task, changes, provenance);
  const after = projectTask(task);
  if (!sameFields(itemFields, before, after)) {
    for (const link of links.filter(isFollowed)) {
      if (link.base !== null) link.refused = stillRefused(link.refused, after, link.base);
      link.writes = withOutdated(
        link.writes,
        changes.map(({ field }) => field),
        after,
      );
      batch.apply(link, { type: 'edited', pending: isPending(link, task) });
    }
  }
  return true;
}

/** Soft-deletes the task. Its items stay unchanged at the provider, and their events create no task again. Throws ApiError 404 or 412. */
export async function deleteTask(trx: Transaction, { taskId, ifMatch }: TaskDeletion): Promise<void> {
  const task = await lockTask(trx, taskId, ifMatch);
  const links = await lockLinksOfTask(trx, taskId);
  const intents = await findIntents(
    trx,
    links.map(({ id }) => id),
  );
  const sent = new Set(intents.filter(({ sent_at }) => sent_at !== null).map(({ link_id }) => link_id));
  const batch = new LinkBatch(await databaseTime(trx), { tasks: [task], links });
  for (const link of links) {
    // If the request that creates the item may have been carried out, the link stays as a tombstone: the item is then recognized by its
    // create marker.
    if (link.external_id === null && !sent.has(link.id)) batch.removeLink(link);
    else batch.apply(link, { type: 'task_deleted' });
  }
  task.deleted_at = batch.now;
  batch.taskChanged(task);
  await batch.write(trx);
}

/** Locks one task for an edit and returns it. Throws ApiError 404, and 412 if `ifMatch` is not the task's version. */
export async function lockTask(trx: Transaction, taskId: number, ifMatch?: number): Promise<TaskRow> {
  const [task] = await lockTasks(trx, [taskId]);
  if (task === undefined || task.deleted_at !== null) throw notFound(`task ${taskId}`);
  if (ifMatch !== undefined && ifMatch !== task.version) throw preconditionFailed('task', task.version);
  return task;
}

const fieldNames = ['title', 'description', 'status', 'priority', 'assignees', 'labels', 'due_date'] as const;

function differences(from: TaskFields, to: TaskFields): FieldChange[] {
  return fieldNames
    .filter((field) => !equal(from[field], to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }));
}

/** Returns true if two field values are equal. Lists are compared as sets of names, but another spelling of a name is a change. */
function equal(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && sameNames(left, right) && left.every((name) => right.includes(name));
  return left === right;
}
