import { ApiError, conflict } from '../errors.ts';
import type { LinkRow } from './link/link-queries.ts';

/** A person's request to create an item for a task, or to send the task to the item that it has. */
export interface WantedItem {
  link_id: number;
  action: 'created' | 'updated' | 'unchanged';
}

export interface TaskToIssueResult {
  issue_number: number;
  url: string;
  action: WantedItem['action'];
}

export type TaskToIssueOutcome =
  | { kind: 'done'; result: TaskToIssueResult }
  /** The provider refused the request. `hopeless` is true if no later edit of the task can help either, so that the link is of no use. */
  | { kind: 'refused'; error: ApiError; hopeless: boolean };

/** The columns of a link that decide the outcome of a person's request to send its task to an issue. */
export type RequestedLink = Pick<
  LinkRow,
  'task_id' | 'sync_state' | 'external_id' | 'number' | 'url' | 'last_error' | 'last_error_class' | 'last_error_hint'
>;

/**
 * Returns the outcome of a person's request to send a task to an issue, read from the task's link; undefined while it is under way. The
 * link is undefined if it was removed.
 */
export function outcomeOf(
  link: RequestedLink | undefined,
  action: WantedItem['action'],
): TaskToIssueOutcome | undefined {
  if (link === undefined || link.task_id === null || link.sync_state === 'deleted' || link.sync_state === 'detached') {
    const error = conflict('The task, its item or the integration was deleted meanwhile.', 'sync.link_gone');
    return { kind: 'refused', error, hopeless: false };
  }
  const { external_id, number, url, sync_state, last_error_class, last_error_hint } = link;
  if (sync_state === 'error') {
    // If the repository does not exist, a later edit of the task cannot succeed either.
    const hopeless = external_id === null && last_error_class === 'not_found';
    const detail = `The provider refused it: ${link.last_error ?? 'no reason was given'}`;
    const remedy = last_error_hint === null ? {} : { remedy: last_error_hint };
    const extensions = { class: last_error_class, ...remedy };
    return {
      kind: 'refused',
      error: new ApiError(hopeless ? 404 : 422, 'sync.refused', detail, { extensions }),
      hopeless,
    };
  }
  if (external_id === null || number === null || url === null) return undefined;
  if (action !== 'created' && sync_state === 'pending') return undefined;
  return { kind: 'done', result: { issue_number: number, url, action } };
}
