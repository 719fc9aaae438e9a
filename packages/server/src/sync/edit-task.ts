import type { Actor } from '../domain/actor.ts';
import { sameNames } from '../domain/names.ts';
import { stillRefused } from '../domain/pending-patch.ts';
import { foldPriorityLabels, projectTask, sameFields } from '../domain/projection.ts';
import type { FieldChange, TaskFields } from '../domain/task.ts';
import { notFound, preconditionFailed } from '../errors.ts';
import type { Transaction } from '../store/database.ts';
import { deleteLinks, type LinkRow, lockLinksOfTask, updateLinks } from '../store/links.ts';
import { deleteIntents, findIntents, queueIntents } from '../store/outbox.ts';
import { insertHistory } from '../store/task-history.ts';
import { getTask, type TaskObject } from '../store/task-objects.ts';
import {
  databaseTime,
  deleteTasks,
  insertTasks,
  lockTasks,
  reserveTaskIds,
  type TaskRow,
  updateTasks,
} from '../store/tasks.ts';
import { canonicalTaskFields } from './task-input.ts';

/** A task of a person's own. Throws 422. */
export async function createTask(
  trx: Transaction,
  {
    projectId,
    fields,
    actor,
  }: { projectId: number; fields: Partial<TaskFields> & Pick<TaskFields, 'title'>; actor: Actor },
): Promise<TaskObject> {
  const canonical = canonicalTaskFields(fields);
  const [id] = await reserveTaskIds(trx, 1);
  const now = await databaseTime(trx);
  const task: TaskRow = {
    description: '',
    status: 'todo',
    priority: 'medium',
    assignees: [],
    labels: [],
    due_date: null,
    ...canonical,
    id: id as number,
    project_id: projectId,
    version: 1,
    field_times: {},
    created_at: now,
    updated_at: now,
    completed_at: canonical.status === 'done' ? now : null,
  };
  await insertTasks(trx, [task]);
  await insertHistory(trx, [
    { task_id: task.id, version: 1, actor, delivery_id: null, changes: [{ field: 'created' }] },
  ]);
  return (await getTask(trx, task.id)) as TaskObject;
}

export interface TaskEdit {
  taskId: number;
  /** Only what is to change; a list replaces the list. */
  fields: Partial<TaskFields>;
  actor: Actor;
  /** The version that the editor has seen. */
  ifMatch?: number | undefined;
}

/** A person's edit, and with it the intent to make the linked items equal. Throws 404, 412, 422. What changes nothing makes no version. */
export async function editTask(trx: Transaction, { taskId, fields, actor, ifMatch }: TaskEdit): Promise<TaskObject> {
  const task = await lockTask(trx, taskId, ifMatch);
  const links = await lockLinksOfTask(trx, taskId);
  await changeLockedTask(trx, task, links, fields, actor);
  return (await getTask(trx, taskId)) as TaskObject;
}

/** As `editTask`, of a task and links that the transaction has locked. */
export async function changeLockedTask(
  trx: Transaction,
  task: TaskRow,
  links: readonly LinkRow[],
  fields: Partial<TaskFields>,
  actor: Actor,
): Promise<void> {
  const canonical = canonicalTaskFields(fields);
  const followed = links.filter(isFollowed);
  const wanted: TaskFields = { ...task, ...canonical };
  // A linked task keeps what its labels say about priority in the priority; one that is given in the same edit goes first.
  const next =
    followed.length === 0
      ? wanted
      : { ...foldPriorityLabels(wanted), ...(canonical.priority && { priority: canonical.priority }) };
  const changes = differences(task, next);
  if (changes.length === 0) return;

  const before = projectTask(task);
  const now = await databaseTime(trx);
  for (const { field, to } of changes) {
    Object.assign(task, { [field]: to });
    if (field !== 'due_date') task.field_times = { ...task.field_times, [field]: now.toISOString() };
  }
  task.version += 1;
  task.updated_at = now;
  task.completed_at = task.status === 'done' ? (task.completed_at ?? now) : null;
  await updateTasks(trx, [task]);
  await insertHistory(trx, [{ task_id: task.id, version: task.version, actor, delivery_id: null, changes }]);

  const after = projectTask(task);
  if (sameFields(before, after)) return;
  for (const link of followed) {
    link.sync_state = 'pending';
    link.last_error = null;
    link.last_error_class = null;
    if (link.base !== null) link.refused = stillRefused(link.refused, after, link.base);
  }
  await updateLinks(trx, followed);
  await queueIntents(trx, followed);
}

/** The task goes. Its items stay as they are there, and never come back as tasks. Throws 404, 412. */
export async function deleteTask(
  trx: Transaction,
  { taskId, ifMatch }: { taskId: number; ifMatch?: number | undefined },
): Promise<void> {
  await lockTask(trx, taskId, ifMatch);
  const links = await lockLinksOfTask(trx, taskId);
  const ids = links.map(({ id }) => id);
  const sent = new Set(
    (await findIntents(trx, ids)).filter(({ sent_at }) => sent_at !== null).map(({ link_id }) => link_id),
  );
  await deleteIntents(trx, ids);
  // A create that may have happened leaves its tombstone, so that the item is known by its marker when it shows up.
  const [unmade, made] = partition(links, ({ id, external_id }) => external_id === null && !sent.has(id));
  if (unmade.length > 0)
    await deleteLinks(
      trx,
      unmade.map(({ id }) => id),
    );
  await updateLinks(
    trx,
    made.map((link) => ({
      ...link,
      sync_state: link.sync_state === 'detached' ? 'detached' : 'deleted',
      refetch_at: null,
      candidate: null,
    })),
  );
  await deleteTasks(trx, [taskId]);
}

/** Whether the link follows its task. */
export const isFollowed = ({ sync_state }: LinkRow): boolean => sync_state !== 'deleted' && sync_state !== 'detached';

/** Locks one task for an edit. Throws 404, 412. */
export async function lockTask(trx: Transaction, taskId: number, ifMatch?: number): Promise<TaskRow> {
  const [task] = await lockTasks(trx, [taskId]);
  if (task === undefined) throw notFound(`task ${taskId}`);
  if (ifMatch !== undefined && ifMatch !== task.version) throw preconditionFailed('task', task.version);
  return task;
}

const fieldNames = ['title', 'description', 'status', 'priority', 'assignees', 'labels', 'due_date'] as const;

function differences(from: TaskFields, to: TaskFields): FieldChange[] {
  return fieldNames
    .filter((field) => !equal(from[field], to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }));
}

/** Lists are sets of names; another spelling of the same names is a change that people see. */
function equal(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && sameNames(left, right) && left.every((name) => right.includes(name));
  return left === right;
}

function partition<T>(values: readonly T[], belongs: (value: T) => boolean): [T[], T[]] {
  const groups = Map.groupBy(values, belongs);
  return [groups.get(true) ?? [], groups.get(false) ?? []];
}
