import type { Actor } from '../../accounts/actor.ts';
import type { Transaction } from '../../database/database.ts';
import { ApiError, conflict as conflictError, invalid, notFound } from '../../errors.ts';
import { type TaskFields, taskPriorities, taskStatuses } from '../../tasks/task.ts';
import { canonicalTaskFields } from '../../tasks/task-input.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import type { ConflictOutcome } from '../conflicts/conflict.ts';
import { type ConflictObject, findConflict, storeDecision } from '../conflicts/conflict-queries.ts';
import { isPending } from '../link/is-pending.ts';
import { LinkBatch } from '../link/link-batch.ts';
import { lockLinksOfTask } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import { projectTask } from '../reconcile/projection.ts';
import { withOutdated } from '../reconcile/write.ts';
import { changeTask, lockTask } from './edit-task.ts';

/** The fields that can have a conflict: those with a single value. Sets of names are merged instead. */
type ConflictField = 'title' | 'description' | 'status' | 'priority';

export interface Decision {
  conflictId: number;
  take: 'ours' | 'theirs' | 'value';
  /** The value that a person gives the field; present only with `take: 'value'`. */
  value?: unknown;
  actor: Actor;
}

/**
 * Decides an open conflict: the task gets the chosen value, and its item follows. Throws ApiError 404, 409 if the conflict is decided
 * already, and 422 if the value is invalid.
 */
export async function decideConflict(
  trx: Transaction,
  { conflictId, take, value, actor }: Decision,
): Promise<ConflictObject> {
  const locked = await lockConflict(trx, conflictId);
  const { conflict, task } = locked;
  if (conflict.outcome !== 'open')
    throw conflictError(
      `Conflict ${conflictId} was decided already (${conflict.outcome}). POST /api/v1/conflicts/${conflictId}/undo restores the other value.`,
      'conflict.decided',
    );
  const field = conflict.field as ConflictField;
  const ours = task[field];
  if (take !== 'value' && value !== undefined)
    throw invalid([{ pointer: '/value', message: `must be left out, or "take" must be "value"` }]);
  const wanted = take === 'ours' ? ours : take === 'theirs' ? conflict.theirs : givenValue(field, value);
  const outcome = wanted === ours ? 'ours' : wanted === conflict.theirs ? 'theirs' : 'merged';
  return settle(trx, locked, { outcome, ours, wanted, actor, undo: false });
}

/**
 * Gives the task the value that a decided conflict rejected. Throws ApiError 404, and 409 if nothing can be undone: the conflict is open
 * or was undone, or its field was edited since.
 */
export async function undoConflict(
  trx: Transaction,
  { conflictId, actor }: Pick<Decision, 'conflictId' | 'actor'>,
): Promise<ConflictObject> {
  const locked = await lockConflict(trx, conflictId);
  const { conflict, task } = locked;
  const { outcome, ours, theirs, value, undone_at } = conflict;
  const field = conflict.field as ConflictField;
  if (outcome === 'open')
    throw conflictError(
      `Conflict ${conflictId} is still open. Decide it with POST /api/v1/conflicts/${conflictId}/decide.`,
      'conflict.open',
    );
  if (undone_at !== null)
    throw conflictError(
      `The decision of conflict ${conflictId} was undone already. Change the ${field} with PATCH /api/v1/tasks/${task.id}.`,
      'conflict.undone',
    );
  if (outcome === 'merged' && value === null)
    throw conflictError(
      `Nobody decided conflict ${conflictId}: both sides were set to the same ${field}. Change it with PATCH /api/v1/tasks/${task.id}.`,
      'conflict.agreed',
    );
  if (locked.links.some(({ id, frozen }) => id === conflict.link_id && frozen.includes(field)))
    throw conflictError(
      `The ${field} of task ${task.id} was edited on both sides after conflict ${conflictId} was decided. Decide the open conflict that GET /api/v1/conflicts?task_id=${task.id}&outcome=open shows.`,
      'conflict.edited_since',
    );
  const decided = outcome === 'ours' ? ours : outcome === 'theirs' ? theirs : value;
  if (task[field] !== decided)
    throw conflictError(
      `The ${field} of task ${task.id} was edited after conflict ${conflictId} was decided. Both values are shown in the conflict: change the ${field} with PATCH /api/v1/tasks/${task.id}.`,
      'conflict.edited_since',
    );
  const wanted = outcome === 'ours' ? theirs : ours;
  return settle(trx, locked, { outcome: outcome === 'ours' ? 'theirs' : 'ours', ours, wanted, actor, undo: true });
}

type LockedConflict = Awaited<ReturnType<typeof lockConflict>>;

/** Locks the task and links of the conflict, then reads the conflict again, since it may have changed. Throws ApiError 404. */
async function lockConflict(trx: Transaction, id: number) {
  const known = await findConflict(trx, id);
  if (known === undefined) throw notFound(`conflict ${id}`);
  const task = await lockTask(trx, known.task_id);
  const links = await lockLinksOfTask(trx, task.id);
  const conflict = await findConflict(trx, id);
  if (conflict === undefined) throw notFound(`conflict ${id}`);
  return { conflict, task, links };
}

interface Settlement {
  outcome: ConflictOutcome;
  ours: unknown;
  wanted: unknown;
  actor: Actor;
  undo: boolean;
}

/** Ends the freeze of the conflict's field, gives the task the wanted value, and stores the decision. */
async function settle(
  trx: Transaction,
  { conflict, task, links }: LockedConflict,
  { outcome, ours, wanted, actor, undo }: Settlement,
): Promise<ConflictObject> {
  const batch = new LinkBatch(await databaseTime(trx), { tasks: [task], links });
  const { id, field, link_id } = conflict;
  const link = links.find((candidate) => candidate.id === link_id);
  if (link !== undefined && conflict.outcome === 'open') {
    link.frozen = link.frozen.filter((other) => other !== field);
    batch.linkChanged(link);
  }
  const origin = { kind: 'conflict', by: actor.name, ...(link_id === null ? {} : { link_id }) } as const;
  const fields: Partial<TaskFields> = { [field]: wanted };
  if (!changeTask(batch, task, links, fields, { actor, origin })) {
    // The task has the wanted value already. The decision still counts as an edit that is made now.
    if (link !== undefined) link.writes = withOutdated(link.writes, [field], projectTask(task));
    task.field_times = { ...task.field_times, [field]: batch.now.toISOString() };
    batch.taskChanged(task);
    const kept = { field: field as ConflictField, from: ours, to: ours };
    batch.record(task, [{ ...kept, conflict: { winner: 'task', lost: conflict.theirs } }], { actor, origin });
  }
  if (link !== undefined && isFollowed(link)) batch.apply(link, { type: 'edited', pending: isPending(link, task) });
  await batch.write(trx);
  const value = outcome === 'merged' ? wanted : null;
  await storeDecision(trx, id, { outcome, ours, value, decided_by: actor.name, undo });
  return (await findConflict(trx, id)) as ConflictObject;
}

const choices: Partial<Record<ConflictField, readonly unknown[]>> = { status: taskStatuses, priority: taskPriorities };

/** Returns the value that a person gave for the field, in the form that a task stores. Throws ApiError 422 if the value is invalid. */
function givenValue(field: ConflictField, value: unknown): unknown {
  const allowed = choices[field];
  if (allowed !== undefined && !allowed.includes(value))
    throw invalid([{ pointer: '/value', message: `must be one of ${allowed.join(', ')}` }]);
  if (typeof value !== 'string') throw invalid([{ pointer: '/value', message: 'must be text' }]);
  try {
    return canonicalTaskFields({ [field]: value } as Partial<TaskFields>)[field];
  } catch (error) {
    if (!(error instanceof ApiError) || error.errors === undefined) throw error;
    throw invalid(error.errors.map(({ message }) => ({ pointer: '/value', message })));
  }
}
