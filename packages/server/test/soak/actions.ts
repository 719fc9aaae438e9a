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

/** An edit of a repository by a person at GitHub. */
export type RepositoryEdit =
  | { edit: 'rename' }
  | { edit: 'recreate' }
  | { edit: 'archive' | 'unarchive' | 'disable issues' | 'enable issues' }
  | { edit: 'hide' | 'readonly' | 'grant' };

/** Chooses a person's decision of an open conflict. */
export type Decision = { take: 'ours' | 'theirs' } | { take: 'value'; value: string };

/**
 * One thing that happens in a schedule. Tasks, issues, conflicts and repositories are numbered in the order in which the schedule met them, so that
 * a printed schedule can be replayed.
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
  /** Pending webhooks, by their place in line, arrive together in this order; one that is named twice arrives twice. */
  | { do: 'deliver'; webhooks: number[] }
  | { do: 'lose'; webhook: number }
  /** Starts one piece of work and runs it to its first request. */
  | { do: 'start'; work: WorkKind }
  | { do: 'request import'; repository: number }
  /** A parked request is carried out like this, and its operation runs on to its next one. */
  | { do: 'answer'; request: number; how: How }
  /** Works until a request like `PATCH /repos/…` waits, or until nothing is left to do at this time. */
  | { do: 'run'; until?: string }
  /** The process of a parked request dies, before or after GitHub carried the request out. */
  | { do: 'crash'; request: number; carriedOut: boolean }
  | { do: 'wait'; ms: number }
  | { do: 'outage'; how: How | null }
  | { do: 'limit'; kind: 'primary' | 'secondary'; seconds: number }
  | { do: 'token'; revoked: boolean };

export interface WorldOptions {
  /** Milliseconds that GitHub's clock is ahead of ours. */
  skewMs: number;
  /** Without webhooks everything is polled. */
  webhooks: boolean;
  /** Integrations in the same project with overlapping repositories, or in another project. */
  integrations: 'one' | 'two projects' | 'overlap';
  /** The conflict policy of every integration; `newest` where it is left out. */
  policy?: ConflictPolicy | undefined;
}

/** A schedule that can be replayed. */
export interface Schedule {
  world: WorldOptions;
  actions: readonly Action[];
}

export const plainWorld: WorldOptions = { skewMs: 0, webhooks: true, integrations: 'one' };
