import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../database/database.ts';
import { describeCause } from './describe-cause.ts';
import { DATABASE_TIMEOUT_MS, KEPT_MS, LONG_WAIT_SECONDS, type ServerStatus } from './server-health.ts';
import type { StateLog } from './state-log.ts';
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

/** The lanes of these projects (null: of all) whose work has waited longest. Undefined: they could not be read in time. */
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
