import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../database/database.ts';
import { DATABASE_TIMEOUT_MS, KEPT_MS, LONG_WAIT_SECONDS, type ServerStatus } from './server-health.ts';
import { findWaitingQueues, findWorstLanes, type WaitingLane, type WaitingQueue } from './waiting-work-queries.ts';
import { within } from './within.ts';

/** The amount and the age of the waiting work of one kind. */
export interface QueueHealth extends Omit<WaitingQueue, 'oldest_unserved_seconds'> {
  /** Degraded: work waits although no other work of its integration or project is under way. */
  status: ServerStatus;
}

/** Health is asked often: beyond this the number says enough. */
const MOST_COUNTED = 10_000;
const MOST_LANES = 10;

/** Looks at the queues, not more than once a second. Undefined: they could not be read in time. */
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

/** The lanes of these projects (null: of all) whose work has waited longest. Undefined: they could not be read in time. */
export async function readWorstLanes(
  db: Database,
  projectIds: readonly number[] | null,
): Promise<WaitingLane[] | undefined> {
  const lanes = await within(findWorstLanes(db, projectIds, MOST_LANES), DATABASE_TIMEOUT_MS);
  return lanes?.map((lane) => ({ ...lane, oldest_waiting_seconds: Math.round(lane.oldest_waiting_seconds) }));
}
