import type { ConflictPolicy } from '../../src/sync/conflicts/conflict.ts';
import type { TaskFields } from '../../src/tasks/task.ts';
import type { How } from './github-side.ts';
import type { WorkKind } from './system-interface.ts';

/** An edit of an issue by a person at GitHub. */
export type IssueEdit =
  | { edit: 'title' | 'body'; text: string }
  | { edit: 'label' | 'unlabel'; name: string }
  | { edit: 'assign' | 'unassign'; login: string }
  | { edit: 'close'; reason: 'completed' | 'not_planned' }
  | { edit: 'reopen' }
  | { edit: 'delete' }
  | { edit: 'transfer'; to: number };

/** An edit of a repository by a person at GitHub. `recreate` deletes it and creates another one under its name. */
export type RepositoryEdit =
  | { edit: 'rename' }
  | { edit: 'recreate' }
  | { edit: 'archive' | 'unarchive' | 'disable issues' | 'enable issues' }
  | { edit: 'hide' | 'readonly' | 'grant' };

/** A person's decision of an open conflict: one side's value, or another value. */
export type Decision = { take: 'ours' | 'theirs' } | { take: 'value'; value: string };

/**
 * One action of a schedule. Tasks, issues, conflicts and repositories are numbered in the order in which they appeared, so that a printed
 * schedule can be replayed.
 */
export type Action =
  | { do: 'create task'; title: string; project?: number }
  | { do: 'request issue'; task: number; repository: number }
  | { do: 'edit task'; task: number; fields: Partial<TaskFields> }
  | { do: 'delete task'; task: number }
  | ({ do: 'decide'; conflict: number } & Decision)
  | { do: 'undo'; conflict: number }
  | { do: 'create issue'; repository: number; title: string }
  | ({ do: 'edit issue'; issue: number } & IssueEdit)
  | ({ do: 'edit repository'; repository: number } & RepositoryEdit)
  /** Delivers pending webhooks in this order. Each number is a place in the queue; a webhook that is listed twice arrives twice. */
  | { do: 'deliver'; webhooks: number[] }
  | { do: 'lose'; webhook: number }
  /** Starts one piece of background work, such as a poll, and runs it until it sends its first request. */
  | { do: 'start'; work: WorkKind }
  | { do: 'request import'; repository: number }
  /** Ends a request that is being held back in the way `how`, and runs the operation that sent it until its next request. */
  | { do: 'answer'; request: number; how: How }
  /**
   * Runs background work until it sends a request that matches a pattern such as `PATCH`, which is then held back, or until nothing is
   * left to do at this time.
   */
  | { do: 'run'; until?: string }
  /** Kills the process whose request is being held back, before or after GitHub has carried out the request. */
  | { do: 'crash'; request: number; carriedOut: boolean }
  | { do: 'wait'; ms: number }
  | { do: 'outage'; how: How | null }
  | { do: 'limit'; kind: 'primary' | 'secondary'; seconds: number }
  | { do: 'token'; revoked: boolean };

export interface WorldOptions {
  /** Milliseconds that GitHub's clock is ahead of ours. */
  skewMs: number;
  /** True if GitHub sends webhooks; false if changes are found by polling only. */
  webhooks: boolean;
  /**
   * `one` integration, one in each of `two projects`, or two in one project (`overlap`). Two integrations always follow the same
   * repositories.
   */
  integrations: 'one' | 'two projects' | 'overlap';
  /** The conflict policy of every integration. Default: `newest`. */
  policy?: ConflictPolicy | undefined;
}

/** The actions and the options of a world, which can be replayed. */
export interface Schedule {
  world: WorldOptions;
  actions: readonly Action[];
}

export const plainWorld: WorldOptions = { skewMs: 0, webhooks: true, integrations: 'one' };
