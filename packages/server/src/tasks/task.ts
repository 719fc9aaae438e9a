/** In the order a person meets them. `todo`, `in_progress` and `blocked` are all open at the provider. */
export const taskStatuses = ['todo', 'in_progress', 'blocked', 'done', 'cancelled'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const taskPriorities = ['high', 'medium', 'low'] as const;
export type TaskPriority = (typeof taskPriorities)[number];

/** The fields of a task that people edit. */
export interface TaskFields {
  title: string;
  /** Markdown. */
  description: string;
  status: TaskStatus;
  priority: TaskPriority;
  assignees: string[];
  labels: string[];
  /** YYYY-MM-DD. */
  due_date: string | null;
}

/** One thing about a task that changed, as history shows it. */
export interface FieldChange {
  /** `created`: the task was made. `link`: its counterpart was found, deleted or moved; `detail` says what happened. */
  field: keyof TaskFields | 'created' | 'link';
  from?: unknown;
  to?: unknown;
  detail?: string;
  /** Both sides had changed it: who won, and the value that lost. */
  conflict?: { winner: 'task' | 'remote'; lost: unknown };
}

export const linkSyncStates = ['in_sync', 'pending', 'conflict', 'error', 'deleted', 'detached'] as const;
export type LinkSyncState = (typeof linkSyncStates)[number];
