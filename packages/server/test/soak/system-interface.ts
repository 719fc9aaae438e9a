import type { Delivery } from '@commandcenter/fake-github';
import type { ConflictPolicy } from '../../src/sync/conflicts/conflict.ts';
import type { TaskFields } from '../../src/tasks/task.ts';
import type { Decision } from './actions.ts';
import type { Scalar } from './people.ts';

/** A kind of background work that is done piece by piece. */
export type WorkKind = 'outbox' | 'refetch' | 'poll' | 'check' | 'probe' | 'deliveries' | 'import' | 'test';

export interface IntegrationHandle {
  id: number;
  projectId: number;
}

export interface LinkState {
  id: number;
  /** Id of the task; null if the link has none or the task was deleted. */
  taskId: number | null;
  deletedTaskId: number | null;
  projectId: number;
  integrationId: number;
  externalId: string | null;
  repositoryId: number | null;
  number: number | null;
  syncState: string;
  lastError: string | null;
  refused: { labels: string[]; assignees: string[] };
  frozen: readonly string[];
}

/** Returns true while changes are synchronized between the task and the item of the link. */
export const isFollowed = ({ syncState, taskId }: LinkState): boolean =>
  taskId !== null && syncState !== 'deleted' && syncState !== 'detached';

export interface TaskState extends TaskFields {
  id: number;
  projectId: number;
  version: number;
}

/** A conflict of a task that was not deleted. */
export interface ConflictState {
  id: number;
  taskId: number;
  linkId: number | null;
  field: Scalar;
  /** Value of the task. Like `theirs`, that of the issue, it is written as a task has it. */
  ours: string;
  theirs: string;
  isOpen: boolean;
}

export interface WorldSetup {
  apiUrl: string;
  /** The integrations to create, each with the number of its project and its credential. */
  integrations: { project: number; token: string; repositories: string[] }[];
  policy?: ConflictPolicy | undefined;
}

/** The code under test as the test harness sees it. To test other code, only this interface has to be implemented again. */
export interface System {
  readonly integrations: readonly IntegrationHandle[];
  createTask(projectId: number, fields: Partial<TaskFields> & Pick<TaskFields, 'title'>): Promise<number>;
  editTask(taskId: number, fields: Partial<TaskFields>): Promise<void>;
  deleteTask(taskId: number): Promise<void>;
  /** Decides a conflict. Returns false if the server refuses. */
  decide(conflictId: number, decision: Decision): Promise<boolean>;
  /** Undoes a decision. Returns false if the server refuses. */
  undo(conflictId: number): Promise<boolean>;
  /** Requests an issue for the task, which a worker then creates. Throws if the server would refuse. */
  requestIssue(taskId: number, integrationId: number, repository: { owner: string; name: string }): Promise<void>;
  requestImport(integrationId: number, repository: { owner: string; name: string }): Promise<void>;
  /** Stores a verified webhook. */
  storeDelivery(integrationId: number, delivery: Delivery, copy: number): Promise<void>;
  /**
   * Claims and performs one piece of work, as a separate process would. Returns true if there was any. Expected failures are handled as a
   * worker handles them; anything that is thrown is a defect.
   */
  work(kind: WorkKind): Promise<boolean>;
  /** Returns the milliseconds until work other than polls is due, or null if there is none. */
  nextDueMs(): Promise<number | null>;
  /** Returns the milliseconds until every poll is due, or null if there are no polls. */
  pollsDueMs(): Promise<number | null>;
  readTasks(): Promise<TaskState[]>;
  readLinks(): Promise<LinkState[]>;
  /** Returns the conflicts, sorted by id. */
  readConflicts(): Promise<ConflictState[]>;
  /** Describes the fields that writes without a response set although they were frozen when the write was planned. */
  readFrozenWrites(): Promise<string[]>;
  /** Returns the history and the conflicts of each task as JSON text. They contain every value that is not lost. */
  readRecords(): Promise<Map<number, string>>;
}
