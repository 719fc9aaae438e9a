import type { Delivery } from '@commandcenter/fake-github';
import type { ConflictPolicy } from '../../src/sync/conflicts/conflict.ts';
import type { TaskFields } from '../../src/tasks/task.ts';
import type { Decision } from './actions.ts';
import type { Scalar } from './people.ts';

/** One bounded piece of background work. */
export type WorkKind = 'outbox' | 'refetch' | 'poll' | 'check' | 'probe' | 'deliveries' | 'import' | 'test';

export interface IntegrationHandle {
  id: number;
  projectId: number;
}

export interface LinkState {
  id: number;
  /** Null also when the task was deleted. */
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

/** True while the task and the item follow each other. */
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
  /** Values as a task has them. */
  ours: string;
  theirs: string;
  isOpen: boolean;
}

export interface WorldSetup {
  apiUrl: string;
  /** One integration each: its project by number, and its credential. */
  integrations: { project: number; token: string; repositories: string[] }[];
  policy?: ConflictPolicy | undefined;
}

/** The code under test, as the harness sees it. Moving the harness to other code means writing this interface anew. */
export interface System {
  readonly integrations: readonly IntegrationHandle[];
  createTask(projectId: number, fields: Partial<TaskFields> & Pick<TaskFields, 'title'>): Promise<number>;
  editTask(taskId: number, fields: Partial<TaskFields>): Promise<void>;
  deleteTask(taskId: number): Promise<void>;
  /** Decides a conflict. Returns false where the server refuses. */
  decide(conflictId: number, decision: Decision): Promise<boolean>;
  /** Undoes a decision. Returns false where the server refuses. */
  undo(conflictId: number): Promise<boolean>;
  /** Asks for an issue of the task; a worker creates it. Throws where the server would refuse. */
  requestIssue(taskId: number, integrationId: number, repository: { owner: string; name: string }): Promise<void>;
  requestImport(integrationId: number, repository: { owner: string; name: string }): Promise<void>;
  /** Stores a verified webhook. */
  storeDelivery(integrationId: number, delivery: Delivery, copy: number): Promise<void>;
  /**
   * Claims and performs one piece of work in a process of its own. Returns whether there was any. Expected failures are handled as the
   * worker handles them; anything thrown is a defect.
   */
  work(kind: WorkKind): Promise<boolean>;
  /** Milliseconds until work other than polls is due; null when none is. */
  nextDueMs(): Promise<number | null>;
  /** Milliseconds until every poll is due; null when there are none. */
  pollsDueMs(): Promise<number | null>;
  readTasks(): Promise<TaskState[]>;
  readLinks(): Promise<LinkState[]>;
  /** By id. */
  readConflicts(): Promise<ConflictState[]>;
  /** Fields that writes without a response set although they were frozen when the writes were planned, for messages. */
  readFrozenWrites(): Promise<string[]>;
  /** The history and the conflicts of each task as JSON text: every value that is not lost. */
  readRecords(): Promise<Map<number, string>>;
}
