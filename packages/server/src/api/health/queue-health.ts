import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../database/database.ts';
import { DATABASE_TIMEOUT_MS, KEPT_MS, LONG_WAIT_SECONDS, type ServerStatus } from './server-health.ts';
import { findWaitingQueues, findWorstLanes, type WaitingLane, type WaitingQueue } from './waiting-work-queries.ts';
import { within } from './within.ts';

/** Amount and age of the waiting work in one queue. */
export interface QueueHealth extends Omit<WaitingQueue, 'oldest_unserved_seconds'> {
  /** Status of the queue: `degraded` when work waits for a minute although no other work of its integration or project is in progress. */
  status: ServerStatus;
}

/** Most rows of a queue that are counted, because health is requested often and a greater number would say no more. */
const MOST_COUNTED = 10_000;
const MOST_LANES = 10;

/**
 * Creates a function that reads the health of all queues at most once a second. It returns undefined when they could not be read in time.
 */
export function createQueueHealth(db: Database): () => Promise<QueueHealth[] | undefined> {
  return cachedFor(KEPT_MS, async () =>
    (await within(findWaitingQueues(db, MOST_COUNTED), DATABASE_TIMEOUT_MS))?.map(
      ({ oldest_unserved_seconds, ...queue }) => ({
        ...queue,
        status: oldest_unserved_seconds > LONG_WAIT_SECONDS ? 'degraded' : 'ok',
        oldest_waiting_seconds: Math.round(queue.oldest_waiting_seconds),
      }),
    ),
  );
}

/**
 * Returns the lanes (the work of one integration or project in one queue) of these projects, null for all, whose work has waited longest.
 * Returns undefined when they could not be read in time.
 */
export async function readWorstLanes(
  db: Database,
  projectIds: readonly number[] | null,
): Promise<WaitingLane[] | undefined> {
  const lanes = await within(findWorstLanes(db, projectIds, MOST_LANES), DATABASE_TIMEOUT_MS);
  return lanes?.map((lane) => ({ ...lane, oldest_waiting_seconds: Math.round(lane.oldest_waiting_seconds) }));
}
