import type { ErrorClass } from '@commandcenter/integration-kit';
import type { LinkSyncState } from '../../tasks/task.ts';

/** The reason why a link does not sync, and the remedy: what a person can do about it. */
export interface LinkProblem {
  class: ErrorClass;
  message: string;
  remedy: string | null;
}

/** The state of a link with its problem, under the column names of `links`, so that a row can be passed as it is. */
export interface LinkCondition {
  sync_state: LinkSyncState;
  last_error: string | null;
  last_error_class: ErrorClass | null;
  last_error_hint: string | null;
  /** Fields that are not synced until a person decides their conflicts. */
  frozen: readonly string[];
}

/** Everything that can happen to a link. `pending` is true if the task has something that the item lacks. */
export type LinkEvent =
  /** Event: a snapshot of the link's item was merged into the task. */
  | { type: 'merged'; pending: boolean; taskChanged: boolean }
  /** Event: the link's task was edited by a person, or by its item in another repository. */
  | { type: 'edited'; pending: boolean }
  /** Event: a person asked to send the task to its item now. */
  | { type: 'requested' }
  /** Event: the outbox worker found that task and item are equal, or the response to its write was merged. */
  | { type: 'written'; pending: boolean }
  /** Event: the link has no intent (request to send) left, and no worker held one. */
  | { type: 'settled' }
  /** Event: a write to the item failed for a reason that passes by itself; it is tried again. */
  | { type: 'delayed'; problem: LinkProblem }
  /** Event: a write to the item was refused for a reason that a person has to remove; it is tried again in case somebody did. */
  | { type: 'refused'; problem: LinkProblem }
  /** Event: a write to the item was refused for good, so that only another edit of the task can help. */
  | { type: 'given_up'; problem: LinkProblem }
  /** Event: the repository of the link's item refuses requests. */
  | { type: 'access_lost'; problem: LinkProblem }
  /** Event: the repository of the link's item works again after it refused requests. */
  | { type: 'access_returned'; pending: boolean }
  /**
   * Event: the link's item was deleted. `problem` is not null if it was only reported as not found, which a lost permission also looks
   * like.
   */
  | { type: 'item_deleted'; problem: LinkProblem | null }
  /** Event: the link's item, which counted as deleted, was seen alive. */
  | { type: 'item_seen' }
  /** Event: the link's task was deleted, so the link becomes a tombstone. */
  | { type: 'task_deleted' }
  /** Event: the link's integration was deleted. */
  | { type: 'detached' }
  /** Event: another integration of the project follows the link's item from now on. */
  | { type: 'adopted' };

/** Work that a state change requires in the same transaction. */
export type LinkEffect =
  /** Effect: store an intent to send the link's task. An intent that waits already keeps its place. */
  | 'queue'
  /** Effect: make the link's intent due now, whatever it waited for. */
  | 'wake'
  /** Effect: delete the link's intent unless a worker holds it, and then apply the event `settled`. */
  | 'settle'
  /** Effect: delete the link's intent to send the task. */
  | 'drop_intent'
  /** Effect: clear the link's candidate (a snapshot that no read has confirmed) and the planned read of its item. */
  | 'stop_reading';

export interface LinkTransition {
  condition: LinkCondition;
  effects: readonly LinkEffect[];
}

const noProblem = { last_error: null, last_error_class: null, last_error_hint: null };

/** Returns the state of a link without a problem and without anything to send: `conflict` if fields are frozen, otherwise `in_sync`. */
const stateAtRest = ({ frozen }: LinkCondition): 'in_sync' | 'conflict' =>
  frozen.length === 0 ? 'in_sync' : 'conflict';

/** Returns true for a link with nothing to send and no problem. Its fields may be frozen. */
export const isAtRest = ({ sync_state }: Pick<LinkCondition, 'sync_state'>): boolean =>
  sync_state === 'in_sync' || sync_state === 'conflict';

/** Returns true for a link whose task and item follow each other. */
export const isFollowed = ({ sync_state }: Pick<LinkCondition, 'sync_state'>): boolean =>
  sync_state !== 'deleted' && sync_state !== 'detached';

/**
 * Returns the state of a link after an event, and the work to be done. Only this state machine decides a `sync_state`; docs/sync.md shows
 * it as a diagram. An event that has no meaning in the present state changes nothing.
 */
export function linkAfter(condition: LinkCondition, event: LinkEvent): LinkTransition {
  const { sync_state: state } = condition;
  switch (event.type) {
    case 'detached':
      return isFollowed(condition)
        ? to(condition, 'detached', noProblem, 'drop_intent', 'stop_reading')
        : same(condition);
    case 'task_deleted':
      return isFollowed(condition)
        ? to(condition, 'deleted', noProblem, 'drop_intent', 'stop_reading')
        : same(condition);
    case 'item_deleted':
      if (!isFollowed(condition)) return same(condition);
      return to(condition, 'deleted', problemOf(event.problem), 'drop_intent', 'stop_reading');
    case 'item_seen':
      return state === 'deleted' ? atRest(condition) : same(condition);
    case 'adopted':
      return state === 'detached' ? atRest(condition) : same(condition);
    default:
      return isFollowed(condition) ? followedAfter(condition, event) : same(condition);
  }
}

type FollowedEvent = Exclude<
  LinkEvent,
  { type: 'detached' | 'task_deleted' | 'item_deleted' | 'item_seen' | 'adopted' }
>;

function followedAfter(condition: LinkCondition, event: FollowedEvent): LinkTransition {
  const { sync_state: state } = condition;
  switch (event.type) {
    case 'merged':
      if (!event.pending)
        return isAtRest(condition) ? atRest(condition) : to(condition, 'pending', noProblem, 'settle');
      // A refused write is repeated by its own schedule or when the task changes, but not for every event from the provider.
      if (state === 'error' && !event.taskChanged) return same(condition);
      return to(condition, 'pending', state === 'pending' ? problemIn(condition) : noProblem, 'queue');
    case 'edited':
      if (event.pending) return to(condition, 'pending', noProblem, 'queue');
      if (state === stateAtRest(condition)) return same(condition);
      return isAtRest(condition) ? atRest(condition) : to(condition, 'pending', noProblem, 'settle');
    case 'requested':
      return to(condition, 'pending', noProblem, 'queue', 'wake');
    case 'written':
      return event.pending ? to(condition, 'pending', noProblem, 'queue') : atRest(condition, 'drop_intent');
    case 'settled':
      return state === 'pending' ? atRest(condition) : same(condition);
    case 'delayed':
      return to(condition, state === 'error' ? 'error' : 'pending', problemOf(event.problem));
    case 'refused':
      return to(condition, 'error', problemOf(event.problem));
    case 'given_up':
      return to(condition, 'error', problemOf(event.problem), 'drop_intent');
    case 'access_lost':
      return to(condition, 'error', problemOf(event.problem));
    case 'access_returned':
      if (state !== 'error') return same(condition);
      return event.pending
        ? to(condition, 'pending', noProblem, 'queue', 'wake')
        : to(condition, 'pending', noProblem, 'settle');
  }
}

const same = (condition: LinkCondition): LinkTransition => ({ condition, effects: [] });

const to = (
  { frozen }: LinkCondition,
  sync_state: LinkSyncState,
  problem: Omit<LinkCondition, 'sync_state' | 'frozen'>,
  ...effects: LinkEffect[]
): LinkTransition => ({ condition: { sync_state, ...problem, frozen }, effects });

const atRest = (condition: LinkCondition, ...effects: LinkEffect[]): LinkTransition =>
  to(condition, stateAtRest(condition), noProblem, ...effects);

const problemIn = ({ last_error, last_error_class, last_error_hint }: LinkCondition) => ({
  last_error,
  last_error_class,
  last_error_hint,
});

const problemOf = (problem: LinkProblem | null) =>
  problem === null
    ? noProblem
    : { last_error: problem.message, last_error_class: problem.class, last_error_hint: problem.remedy };
