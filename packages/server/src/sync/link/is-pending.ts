import { itemFields } from '../../tasks/sync-fields.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import { pendingChanges } from '../reconcile/pending-changes.ts';
import { projectTask } from '../reconcile/projection.ts';
import type { LinkRow } from './link-queries.ts';

/** True when the task has something to send that the item lacks, or when the item is still to be created. */
export function isPending(link: LinkRow, task: TaskRow): boolean {
  if (link.external_id === null || link.base === null) return true;
  return pendingChanges(itemFields, projectTask(task), link.base, link.refused, link.frozen) !== null;
}
