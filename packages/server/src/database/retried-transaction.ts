import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from './database.ts';

/** Deadlock, serialization failure, unique violation: another transaction came in between; the same work meets it as committed next time. */
const COLLISIONS: ReadonlySet<unknown> = new Set(['40P01', '40001', '23505']);
const MOST_ATTEMPTS = 4;
const PAUSE_MS = 20;

/** A transaction that is done again when another one got in its way. `work` must have no effect outside of it. */
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
