import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from './database.ts';

/**
 * SQLSTATEs of a deadlock, a serialization failure and a unique violation. Another transaction came in between; a retry sees its changes.
 */
const COLLISIONS: ReadonlySet<unknown> = new Set(['40P01', '40001', '23505']);
const MOST_ATTEMPTS = 4;
const PAUSE_MS = 20;

/** Runs a transaction and retries it when it collides with another one. `work` must have no effects outside of the transaction. */
export async function retriedTransaction<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      const collided = error instanceof Error && 'code' in error && COLLISIONS.has(error.code);
      if (!collided || attempt === MOST_ATTEMPTS) throw error;
      await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
