/** The statuses of a task, in the order in which people see them. `todo`, `in_progress` and `blocked` are all open at the provider. */
export const taskStatuses = ['todo', 'in_progress', 'blocked', 'done', 'cancelled'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const taskPriorities = ['high', 'medium', 'low'] as const;
export type TaskPriority = (typeof taskPriorities)[number];

/** The fields of a task that people edit. */
export interface TaskFields {
  title: string;
  /** The description in Markdown. */
  description: string;
  status: TaskStatus;
  priority: TaskPriority;
  assignees: string[];
  labels: string[];
  /** The due date as YYYY-MM-DD; null if there is none. */
  due_date: string | null;
}

/** One change of a task, as its history shows it. */
export interface FieldChange {
  /** The field that changed. `created`: the task was created. `link`: its item was found, deleted or moved, as `detail` explains. */
  field: keyof TaskFields | 'created' | 'link';
  from?: unknown;
  to?: unknown;
  detail?: string;
  /** Set if both sides had changed the field: the side that won, and the value that lost. */
  conflict?: { winner: 'task' | 'remote'; lost: unknown };
}

export const linkSyncStates = ['in_sync', 'pending', 'conflict', 'error', 'deleted', 'detached'] as const;
export type LinkSyncState = (typeof linkSyncStates)[number];
