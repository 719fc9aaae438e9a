/** In the order a person meets them. `todo`, `in_progress` and `blocked` are all open at the other side. */
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

/** One field of a task that changed, as history shows it. */
export interface FieldChange {
  field: keyof TaskFields | 'created';
  from?: unknown;
  to?: unknown;
  /** Both sides had changed it: who won, and the value that lost. */
  conflict?: { winner: 'task' | 'remote'; lost: unknown };
}

export const linkSyncStates = ['in_sync', 'pending', 'conflict', 'error', 'deleted', 'detached'] as const;
export type LinkSyncState = (typeof linkSyncStates)[number];
