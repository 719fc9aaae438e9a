import type { ExternalItem, ItemPatch } from '@commandcenter/integration-kit';
import type { SyncStatus } from './sync-fields.ts';
import type { TaskStatus } from './task.ts';

/**
 * The status that an item's state means. Closed with an empty reason is done, as GitHub's own interface shows it. An absent reason means
 * that the provider gives none: then the first closed status of `closedAs` is kept, since it cannot be told apart from done there.
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

/** The status that a task gets from the provider. All open statuses look alike there, so an open item changes none of them. */
export function taskStatusFrom(status: SyncStatus, current: TaskStatus): TaskStatus {
  if (status === syncStatusOfTask(current)) return current;
  return status === 'open' ? 'todo' : status;
}

/** The state that shows this status at the provider. */
export function itemStateOf(status: SyncStatus): NonNullable<ItemPatch['state']> {
  if (status === 'open') return { state: 'open' };
  return { state: 'closed', reason: status === 'done' ? 'completed' : 'not_planned' };
}
