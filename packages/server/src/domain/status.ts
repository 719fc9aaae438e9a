import type { ExternalItem, ItemPatch } from '@commandcenter/integration-kit';
import type { SyncStatus } from './sync-fields.ts';
import type { TaskStatus } from './task.ts';

/** What an item's state means. Closed without a reason is done, as GitHub's own interface shows it. */
export function syncStatusOfItem({ state, stateReason }: Pick<ExternalItem, 'state' | 'stateReason'>): SyncStatus {
  if (state === 'open') return 'open';
  return stateReason === 'not_planned' || stateReason === 'duplicate' ? 'cancelled' : 'done';
}

export function syncStatusOfTask(status: TaskStatus): SyncStatus {
  return status === 'done' || status === 'cancelled' ? status : 'open';
}

/** The status a task gets from the other side. All open statuses look alike there, so an open item changes none of them. */
export function taskStatusFrom(status: SyncStatus, current: TaskStatus): TaskStatus {
  if (status === syncStatusOfTask(current)) return current;
  return status === 'open' ? 'todo' : status;
}

/** The state that shows this status at the other side. */
export function itemStateOf(status: SyncStatus): NonNullable<ItemPatch['state']> {
  if (status === 'open') return { state: 'open' };
  return { state: 'closed', reason: status === 'done' ? 'completed' : 'not_planned' };
}
