import type { ExternalItem, ItemPatch } from '@commandcenter/integration-kit';
import type { SyncStatus } from './sync-fields.ts';
import type { TaskStatus } from './task.ts';

/**
 * Returns the status that an item's state means. A closed item with an empty reason (null) is done, as in GitHub's own interface. If the
 * provider gives no reason at all (undefined), the first closed status of `closedAs` is kept, since done and cancelled look alike there.
 */
export function syncStatusOfItem(
  state: NonNullable<ExternalItem['state']>,
  reason: ExternalItem['stateReason'],
  closedAs: readonly (SyncStatus | undefined)[] = [],
): SyncStatus {
  if (state === 'open') return 'open';
  if (reason === undefined) return closedAs.find((status) => status === 'done' || status === 'cancelled') ?? 'done';
  return reason === 'not_planned' || reason === 'duplicate' ? 'cancelled' : 'done';
}

export function syncStatusOfTask(status: TaskStatus): SyncStatus {
  return status === 'done' || status === 'cancelled' ? status : 'open';
}

/** Returns the status that a task gets from its item. Open statuses look alike there, so an open item leaves an open task as it is. */
export function taskStatusFrom(status: SyncStatus, current: TaskStatus): TaskStatus {
  if (status === syncStatusOfTask(current)) return current;
  return status === 'open' ? 'todo' : status;
}

/** Returns the item state that shows this status at the provider. */
export function itemStateOf(status: SyncStatus): NonNullable<ItemPatch['state']> {
  if (status === 'open') return { state: 'open' };
  return { state: 'closed', reason: status === 'done' ? 'completed' : 'not_planned' };
}
