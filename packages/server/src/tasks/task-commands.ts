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
  /** Only what is to change; a list replaces the list. */
  fields: Partial<TaskFields>;
  actor: Actor;
  /** The version that the editor has seen. */
  ifMatch?: number | undefined;
}

export interface TaskDeletion {
  taskId: number;
  ifMatch?: number | undefined;
}

/** The changes of tasks that people ask for. Sync implements them, because a change of a task goes on to the items that the task is linked to. */
export interface TaskCommands {
  /** Throws ApiError 422. */
  createTask(trx: Transaction, task: NewTask): Promise<TaskObject>;
  /** Edits a task and queues the edit for its items. An edit that changes nothing makes no version. Throws ApiError 404, 412, 422. */
  editTask(trx: Transaction, edit: TaskEdit): Promise<TaskObject>;
  /** Deletes the task softly. Its items stay as they are there, and never come back as tasks. Throws ApiError 404, 412. */
  deleteTask(trx: Transaction, deletion: TaskDeletion): Promise<void>;
}
