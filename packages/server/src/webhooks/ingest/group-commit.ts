import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isDatabaseAway, isDatabaseBusy } from '../../database/database-away.ts';
import { useClient } from '../../database/use-client.ts';
import type { Logger } from '../../logging.ts';
import { joinBodies } from './body-encoding.ts';
import {
  type InsertOutcome,
  insertDeliveries,
  type JoinedBodies,
  type NewDelivery,
} from './delivery-insert-queries.ts';

/**
 * Thrown when the database does not take a delivery, because it is down or too slow or the queue is full. The webhook must not be
 * acknowledged.
 */
export class StoreUnavailableError extends Error {
  readonly code: 'ingest.database_unavailable' | 'ingest.queue_full' | 'ingest.stopping';

  constructor(code: StoreUnavailableError['code'], cause?: unknown) {
    super(code, { cause });
    this.name = 'StoreUnavailableError';
    this.code = code;
  }
}

/** Thrown when the database refuses a single delivery because of its content. */
export class UnstorableDeliveryError extends Error {
  constructor(cause: unknown) {
    super('the delivery cannot be stored', { cause });
    this.name = 'UnstorableDeliveryError';
  }
}

export interface GroupCommitOptions {
  pool: Pick<pg.Pool, 'connect'>;
  log: Logger;
  /** Called with the number of stored deliveries after every batch that stored any. */
  onStored(count: number): void;
  /** Most batches that are inserted at the same time. */
  lanes?: number;
}

export interface GroupCommit {
  /**
   * Resolves once the delivery is durable, or known to have been stored before. Throws StoreUnavailableError or UnstorableDeliveryError.
   */
  store(delivery: NewDelivery): Promise<InsertOutcome>;
  /** Accepts no more deliveries, and waits for the queued ones. */
  close(): Promise<void>;
}

interface Waiting {
  delivery: NewDelivery;
  /** Time at which the delivery was queued, by `performance.now()`. */
  since: number;
  resolve(outcome: InsertOutcome): void;
  reject(error: Error): void;
}

const QUEUE_LIMIT = 10_000;
const QUEUE_BYTES_LIMIT = 64 * 1024 * 1024;
const BATCH_LIMIT = 500;
/**
 * Number of waiting deliveries for each running insert above which another insert runs in parallel. It is high because few large batches
 * cost less than many small ones.
 */
const LANE_WORTH = 32;
const BATCH_BYTES_LIMIT = 1024 * 1024;
/**
 * Longest time in milliseconds until a delivery is stored. GitHub waits 10 s for a response, so a delivery that is not stored before is
 * refused.
 */
const PATIENCE_MS = 8000;
/** Time limit in milliseconds of a batch whose oldest delivery has already waited almost as long as it may. */
const SHORTEST_ATTEMPT_MS = 1000;
/**
 * Time limit in milliseconds of one attempt. A connection without a response for this long may be lost, so the remaining time is used for
 * another one.
 */
const LONGEST_ATTEMPT_MS = 3000;
const RETRY_PAUSE_MS = 100;
const DEADLOCK_RETRIES = 3;

/**
 * Stores deliveries that arrive together in one transaction. Few batches are inserted in parallel (in lanes), and each takes everything
 * that waits, so that batches grow with the load and a single request does not wait for others.
 */
export function createGroupCommit({ pool, log, onStored, lanes = 2 }: GroupCommitOptions): GroupCommit {
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let busyLanes = 0;
  let pumpScheduled = false;
  let closing: { resolve(): void } | undefined;
  /**
   * Deliveries being stored, by dedupe key. The same delivery, received again meanwhile, waits for the first instead of blocking on its
   * row.
   */
  const underWay = new Map<string, Promise<InsertOutcome>>();

  const takeBatch = (): Waiting[] => {
    let bytes = 0;
    let count = 0;
    while (count < queue.length && count < BATCH_LIMIT) {
      bytes += queue[count]?.delivery.json.length ?? 0;
      if (count > 0 && bytes > BATCH_BYTES_LIMIT) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    for (const { delivery } of batch) queuedBytes -= delivery.json.length;
    return batch;
  };

  const pump = (): void => {
    pumpScheduled = false;
    while (busyLanes < lanes && queue.length > busyLanes * LANE_WORTH) {
      busyLanes += 1;
      void runLane();
    }
    if (busyLanes === 0) closing?.resolve();
  };

  const runLane = async (): Promise<void> => {
    await commit(takeBatch());
    busyLanes -= 1;
    pump();
  };

  const commit = async (batch: Waiting[]): Promise<void> => {
    try {
      settle(batch, await insertInTime(batch));
    } catch (error) {
      if (isUnavailable(error)) rejectAll(batch, error);
      else if (batch.length === 1) rejectOne(batch, error);
      // One delivery causes the error, so insert them one by one to store the others.
      else for (const waiting of batch) await commit([waiting]);
    }
  };

  const settle = (batch: readonly Waiting[], outcomes: readonly InsertOutcome[]): void => {
    let stored = 0;
    batch.forEach(({ resolve }, index) => {
      const outcome = outcomes[index] ?? { kind: 'secret_gone' };
      if (outcome.kind === 'stored') stored += 1;
      resolve(outcome);
    });
    if (stored > 0) onStored(stored);
  };

  const rejectAll = (batch: readonly Waiting[], cause: unknown): void => {
    log.warn({ err: cause, deliveries: batch.length }, 'deliveries refused: the database cannot store them');
    // Queued deliveries that have waited almost as long cannot be stored in time either, so refuse them now, while their senders still
    // wait.
    const overdue = performance.now() - (PATIENCE_MS - SHORTEST_ATTEMPT_MS);
    const count = queue.findIndex(({ since }) => since > overdue);
    const late = queue.splice(0, count < 0 ? queue.length : count);
    for (const { delivery } of late) queuedBytes -= delivery.json.length;
    for (const { reject } of [...batch, ...late])
      reject(new StoreUnavailableError('ingest.database_unavailable', cause));
  };

  const rejectOne = ([waiting]: readonly Waiting[], cause: unknown): void => {
    log.error({ err: cause, guid: waiting?.delivery.guid }, 'delivery refused by the database');
    waiting?.reject(new UnstorableDeliveryError(cause));
  };

  /** Repeats the insert while there is time. If an earlier attempt was committed unnoticed, the dedupe keys make a repetition harmless. */
  const insertInTime = async (batch: readonly Waiting[]): Promise<InsertOutcome[]> => {
    const rows = batch.map(({ delivery }) => delivery);
    const bodies = await joinBodies(rows.map(({ json }) => json));
    const deadline = Math.max((batch[0]?.since ?? 0) + PATIENCE_MS, performance.now() + SHORTEST_ATTEMPT_MS);
    for (let attempt = 1; ; attempt += 1) {
      const left = deadline - performance.now();
      try {
        return await insertOnce(rows, bodies, Math.min(left, LONGEST_ATTEMPT_MS));
      } catch (error) {
        const pauseMs = pauseAfter(error, attempt);
        if (pauseMs === undefined || deadline - performance.now() < pauseMs + SHORTEST_ATTEMPT_MS) throw error;
        if (attempt === 1)
          log.warn({ err: error, deliveries: batch.length }, 'storing deliveries again on another connection');
        await sleep(pauseMs);
      }
    }
  };

  /**
   * Inserts a batch once. A database client that does not respond in time is closed with its connection. If its statement still commits,
   * the sender repeats a stored delivery, which the dedupe key recognizes.
   */
  const insertOnce = async (
    rows: readonly NewDelivery[],
    bodies: JoinedBodies,
    milliseconds: number,
  ): Promise<InsertOutcome[]> => {
    const late = new AbortController();
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.abort();
      tooLate.reject(new DatabaseTooSlowError(milliseconds));
    }, milliseconds);
    try {
      const inserting = useClient(pool, late.signal, (client) => insertDeliveries(client, rows, bodies));
      return await Promise.race([inserting, tooLate.promise]);
    } finally {
      clearTimeout(timer);
    }
  };

  const enqueue = (delivery: NewDelivery): Promise<InsertOutcome> =>
    new Promise((resolve, reject) => {
      queue.push({ delivery, since: performance.now(), resolve, reject });
      queuedBytes += delivery.json.length;
      if (pumpScheduled) return;
      pumpScheduled = true;
      // Deliveries that arrive in one turn of the event loop are inserted together.
      setImmediate(pump);
    });

  return {
    async store(delivery) {
      if (closing !== undefined) throw new StoreUnavailableError('ingest.stopping');
      const first = underWay.get(delivery.dedupeKey);
      if (first !== undefined) {
        const outcome = await first;
        return outcome.kind === 'stored' ? { kind: 'duplicate', id: outcome.id } : outcome;
      }
      if (queue.length >= QUEUE_LIMIT || queuedBytes >= QUEUE_BYTES_LIMIT)
        throw new StoreUnavailableError('ingest.queue_full');
      const storing = enqueue(delivery);
      underWay.set(delivery.dedupeKey, storing);
      try {
        return await storing;
      } finally {
        underWay.delete(delivery.dedupeKey);
      }
    },
    async close() {
      const drained = Promise.withResolvers<void>();
      closing = drained;
      setImmediate(pump);
      await drained.promise;
    },
  };
}

class DatabaseTooSlowError extends Error {
  constructor(milliseconds: number) {
    super(`the database did not respond within ${Math.round(milliseconds)} ms`);
    this.name = 'DatabaseTooSlowError';
  }
}

/** Returns the pause in milliseconds before the insert is repeated, or undefined if a repetition would fail again. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  if (isDatabaseBusy(error)) return attempt > DEADLOCK_RETRIES ? undefined : attempt * 10 * Math.random();
  return isDatabaseAway(error) || error instanceof DatabaseTooSlowError ? RETRY_PAUSE_MS : undefined;
}

/**
 * Returns true for any error except the database's clear refusal of a row's content:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const dataException = ['22', '23'].includes(error.code?.slice(0, 2) ?? '');
  return !dataException;
}
