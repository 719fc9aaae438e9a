import { setTimeout as sleep } from 'node:timers/promises';
import { UnusablePayloadError } from '@commandcenter/integration-kit';
import pg from 'pg';
import { type Loop, startLoop } from '../../background/loop.ts';
import type { Notifier } from '../../background/notify.ts';
import { createTurns } from '../../background/turns.ts';
import type { Database } from '../../database/database.ts';
import { isDatabaseAway } from '../../database/database-away.ts';
import { rollBackOnError } from '../../database/roll-back-on-error.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import type { Logger } from '../../logging.ts';
import type { ApplyChanges } from '../../sync/inbound/incoming-change.ts';
import { attemptFailed, faultOf, unusableReason } from './attempts.ts';
import {
  claimDueDeliveries,
  type DeliveryOutcome,
  type DueSelection,
  type QueuedDelivery,
  saveDeliveryOutcomes,
} from './delivery-queue-queries.ts';
import { createIntegrationCache } from './integration-cache.ts';
import { applyHandled, handleDeliveries } from './process-batch.ts';

export interface DeliveryWorkerDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'open' | 'authorFailures'>;
  applyChanges: ApplyChanges;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  log: Logger;
  /**
   * Returns the number of deliveries that this process stores per second at present. When they are many, the worker pauses to leave the
   * processor to the intake.
   */
  storedPerSecond?: () => number;
  handlerTimeoutMs?: number;
  /** Shortens the pauses between attempts in tests; default 1. */
  pauseScale?: number;
  /** Most deliveries of one transaction. */
  batchSize?: number;
}

const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;
const DEFAULT_BATCH_SIZE = 200;
const BATCH_BYTES = 8 * 1024 * 1024;
const POLL_INTERVAL_MS = 2000;
/**
 * Longest pause in milliseconds of the second of the delivery worker's two parallel loops (lanes). The first one wakes it when there is
 * work for it.
 */
const SECOND_LANE_INTERVAL_MS = 60_000;
/**
 * Stored deliveries per second up to which intake and worker run at once. Above it the intake comes first, and the worker pauses after
 * each batch.
 */
const BUSY_PER_SECOND = 1500;
/** Length of the worker's pauses under load, as a multiple of the time that a batch took. */
const ROOM_FACTOR = 3;
const LONGEST_ROOM_MS = 500;
/** Most deliveries whose next attempt is delayed. Beyond it the oldest are tried again at once. */
const DELAYED_LIMIT = 10_000;

/**
 * Limits of the deliveries that one of the two parallel loops (lanes) of the delivery worker claims next. `signal` is aborted when the
 * worker stops.
 */
interface LaneSelection extends DueSelection {
  lane: 0 | 1;
  signal: AbortSignal;
}

/**
 * Processes received deliveries, the oldest first, in two parallel loops (lanes): while one waits for the database to apply its batch,
 * the other calls the handlers for the next batch. Any number of workers share one queue.
 */
export function startDeliveryWorker(dependencies: DeliveryWorkerDependencies): Loop {
  const { db, host, applyChanges, notifier, log, batchSize = DEFAULT_BATCH_SIZE } = dependencies;
  const { handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS, pauseScale = 1 } = dependencies;
  const { storedPerSecond = () => 0 } = dependencies;
  const handlers = { integrations: createIntegrationCache(host), handlerTimeoutMs };
  const handling = createTurns(1);
  /**
   * Turns for applying batches one after another, in the order of their claims, so that batches of one process never wait for locks of
   * each other.
   */
  const applying = createTurns(1);
  /**
   * Time of each delivery's next attempt by `performance.now()`, by delivery id. It is lost with the process, and the deliveries are then
   * tried at once.
   */
  const delayed = new Map<number, number>();

  const note = (outcomes: readonly DeliveryOutcome[]): void => {
    for (const { id, status, reason, retryInMs = 0 } of outcomes) {
      delayed.delete(id);
      if (status === 'failed') log.warn({ delivery: id, reason }, 'delivery failed');
      if (status !== 'received') continue;
      delayed.set(id, performance.now() + retryInMs * pauseScale);
      const [oldest] = delayed.keys();
      if (delayed.size > DELAYED_LIMIT && oldest !== undefined) delayed.delete(oldest);
    }
  };

  /** Claims, handles and applies deliveries in one transaction. `onClaimed` is called before the deliveries are handled. */
  const processNext = async (
    { lane, signal, ...selection }: LaneSelection,
    onClaimed: (deliveries: QueuedDelivery[]) => void,
  ): Promise<DeliveryOutcome[]> => {
    // Wait for the turn before a database connection is taken, so that a loop (lane) without its turn keeps no connection from the other
    // loop.
    const { trx, handled } = await handling.take(lane, signal, async () => {
      const started = await db.startTransaction().execute();
      return await rollBackOnError(started, async () => {
        const deliveries = await claimDueDeliveries(started, selection);
        onClaimed(deliveries);
        return { trx: started, handled: await handleDeliveries(started, deliveries, handlers) };
      });
    });
    return await rollBackOnError(trx, () =>
      applying.take(lane, signal, async () => {
        const outcomes = await applyHandled(trx, handled, applyChanges);
        await trx.commit().execute();
        return outcomes;
      }),
    );
  };

  /** Returns the number of processed deliveries. Halves a failing batch until the failing delivery is alone, so that it does not hold up others. */
  const work = async (selection: LaneSelection): Promise<number> => {
    let claimed: QueuedDelivery[] = [];
    try {
      const outcomes = await processNext(selection, (deliveries) => {
        claimed = deliveries;
        const mayHaveMore = deliveries.length === batchSize;
        if (mayHaveMore && selection.lane === 0) second.wake();
      });
      note(outcomes);
    } catch (error) {
      const [only] = claimed;
      if (selection.signal.aborted || only === undefined || isDatabaseInTrouble(error)) throw error;
      if (claimed.length === 1) {
        const outcome = failureOf(only, error);
        log.warn({ err: error, delivery: only.id }, 'delivery could not be applied');
        await saveDeliveryOutcomes(db, [outcome]);
        note([outcome]);
      } else {
        const ids = claimed.map(({ id }) => id);
        const half = Math.ceil(ids.length / 2);
        await work({ ...selection, only: ids.slice(0, half) });
        await work({ ...selection, only: ids.slice(half) });
      }
    }
    return claimed.length;
  };

  const workDue = async (lane: 0 | 1, signal: AbortSignal): Promise<number> => {
    const now = performance.now();
    for (const [id, until] of delayed) if (until <= now) delayed.delete(id);
    return await work({ lane, signal, limit: batchSize, bytes: BATCH_BYTES, except: [...delayed.keys()] });
  };
  const isBusy = (): boolean => storedPerSecond() > BUSY_PER_SECOND;

  const first = startLoop({
    name: 'deliveries',
    log,
    intervalMs: POLL_INTERVAL_MS,
    async step(signal) {
      const now = performance.now();
      if ((await workDue(0, signal)) > 0) {
        if (isBusy()) await leaveRoom(performance.now() - now, signal);
        return 'more';
      }
      return delayed.size === 0 ? 'idle' : Math.min(...delayed.values()) - now;
    },
  });
  /** The second of the delivery worker's two parallel loops (lanes), which runs while the first one finds full batches. */
  const second = startLoop({
    name: 'deliveries',
    log,
    intervalMs: SECOND_LANE_INTERVAL_MS,
    step: async (signal) => (!isBusy() && (await workDue(1, signal)) > 0 ? 'more' : 'idle'),
  });
  const unsubscribe = notifier.subscribe('deliveries', () => first.wake());
  const unsubscribeReconnect = notifier.onReconnect(() => first.wake());
  return {
    wake: () => first.wake(),
    async stop() {
      unsubscribe();
      unsubscribeReconnect();
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}

async function leaveRoom(batchMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.min(batchMs * ROOM_FACTOR, LONGEST_ROOM_MS), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function failureOf({ id, attempts }: QueuedDelivery, error: unknown): DeliveryOutcome {
  const nothing = { id, effects: [], action: null, repository: null, itemNumber: null, title: null, sender: null };
  if (error instanceof UnusablePayloadError) {
    return { ...nothing, status: 'failed', attempts: attempts + 1, reason: unusableReason(error) };
  }
  return { ...nothing, ...attemptFailed(attempts, faultOf(error)) };
}

/** SQLSTATE of a statement that exceeded its time limit. */
const STATEMENT_TIMEOUT = '57014';

/**
 * Returns true for errors that no delivery causes: lost connections, shutdown, missing resources. Deadlocks, and statements that took too
 * long or waited too long for a lock, are not among them: they are settled by halving the batch.
 */
function isDatabaseInTrouble(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  if (!(error instanceof pg.DatabaseError) || error.code === STATEMENT_TIMEOUT) return false;
  return ['53', '57', '58', '25'].includes(error.code?.slice(0, 2) ?? '');
}
