import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../database/database.ts';
import { describeCause } from './describe-cause.ts';
import { DATABASE_TIMEOUT_MS, KEPT_MS, LONG_WAIT_SECONDS, type ServerStatus } from './server-health.ts';
import type { StateLog } from './state-log.ts';
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

/** Looks at the queues, not more than once a second. Undefined: they could not be read in time. */
export function createQueueHealth(db: Database, states: StateLog): () => Promise<QueueHealth[] | undefined> {
  return cachedFor(KEPT_MS, async () =>
    (await read('waiting work', findWaitingQueues(db, MOST_COUNTED), states))?.map(
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
  states: StateLog,
): Promise<WaitingLane[] | undefined> {
  const lanes = await read('lanes of waiting work', findWorstLanes(db, projectIds, MOST_LANES), states);
  return lanes?.map((lane) => ({ ...lane, oldest_waiting_seconds: Math.round(lane.oldest_waiting_seconds) }));
}

async function read<Value>(part: string, reading: Promise<Value>, states: StateLog): Promise<Value | undefined> {
  const look = await within(reading, DATABASE_TIMEOUT_MS);
  if ('error' in look) {
    states.down(part, `It could not be read, and health leaves it out. ${describeCause(look.error)}`, {
      err: look.error,
    });
    return undefined;
  }
  states.up(part);
  return look.value;
}
