import type { TaskPriority } from './task.ts';

/** What the other side can tell apart: `todo`, `in_progress` and `blocked` are all `open` there. */
export type SyncStatus = 'open' | 'done' | 'cancelled';

/**
 * The canonical projection that reconcile compares: equal meaning, equal value. Line ends are LF, ends are trimmed, null is ''.
 * Labels hold no priority label; labels and assignees keep the case they were written in and are compared without it.
 */
export interface SyncFields {
  title: string;
  description: string;
  status: SyncStatus;
  priority: TaskPriority;
  labels: string[];
  assignees: string[];
}

/** The other side's projection, with what its priority was read from: changing a priority there means removing these. */
export interface RemoteFields extends SyncFields {
  priorityLabels: string[];
}

/** Labels and assignees that were sent and silently dropped there: not sent again until they change here or there. */
export interface RefusedNames {
  labels: string[];
  assignees: string[];
}

export const nothingRefused: RefusedNames = { labels: [], assignees: [] };
