import type { Actor } from '../accounts/actor.ts';
import type { Transaction } from '../database/database.ts';
import type { TaskFields } from './task.ts';
import type { TaskObject } from './task-object-queries.ts';

export interface NewTask {
  projectId: number;
  fields: Partial<TaskFields> & Pick<TaskFields, 'title'>;
  actor: Actor;
}

export interface TaskEdit {
  taskId: number;
  /** The fields to change. A list replaces the whole list of the task. */
  fields: Partial<TaskFields>;
  actor: Actor;
  /** The version of the task that the editor has seen. If the task has another one by now, the edit is refused with 412. */
  ifMatch?: number | undefined;
}

export interface TaskDeletion {
  taskId: number;
  ifMatch?: number | undefined;
}

/** The commands by which people change tasks. Sync implements them, because a change goes on to the items that the task follows. */
export interface TaskCommands {
  /** Creates a task and returns it. Throws ApiError 422 if a field is invalid. */
  createTask(trx: Transaction, task: NewTask): Promise<TaskObject>;
  /** Edits a task and queues the edit for its items. Without a difference the version stays the same. Throws ApiError 404, 412 or 422. */
  editTask(trx: Transaction, edit: TaskEdit): Promise<TaskObject>;
  /** Soft-deletes the task. Its items stay unchanged at the provider, and their events create no task again. Throws ApiError 404 or 412. */
  deleteTask(trx: Transaction, deletion: TaskDeletion): Promise<void>;
}
