import type pg from 'pg';
import { type Loop, startLoop } from '../background/loop.ts';
import type { Logger } from '../logging.ts';
import type { Database } from './database.ts';
import { findLostWorkers, registerWorker, releaseClaims, unregisterWorker } from './worker-claims.ts';

export interface WorkerSessionOptions {
  openClient(purpose: string): Promise<pg.Client>;
  db: Database;
  workerId: number;
  log: Logger;
}

export interface WorkerSession {
  /** Ends the session. Call it after all claims of the worker have been handed back. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 1000;
/**
 * Time in ms for which a worker may be without a session before its claims are freed. A worker that only lost its connection has a new
 * one by then.
 */
const GRACE_MS = 2000;
const CHECK_TIMEOUT_MS = 5000;

/**
 * Shows that this worker is alive by a session that holds a lock, and frees the claims of workers without such a session. A process that
 * ends loses its session, so that others need not wait for its leases to expire. Resolves once this worker is registered.
 */
export async function startWorkerSession({
  openClient,
  db,
  workerId,
  log,
}: WorkerSessionOptions): Promise<WorkerSession> {
  let session: pg.Client | undefined;
  let loop: Loop | undefined;
  let hasBeenRegistered = false;
  /** By worker: when it was first seen without its session. */
  let lostSince = new Map<number, number>();

  const connect = async (): Promise<pg.Client> => {
    const fresh = await openClient('worker session');
    try {
      const registered = await registerWorker(fresh, workerId);
      if (registered === 'refused') throw new Error('an earlier session of this worker has not ended yet');
      if (registered === 'new' && hasBeenRegistered) {
        log.warn(
          { worker: workerId },
          'this worker was without its database session for too long: others have given back what it had claimed, and work under way here ends without an outcome when it finds its lease gone',
        );
      }
      hasBeenRegistered = true;
    } catch (error) {
      await fresh.end();
      throw error;
    }
    fresh.once('end', () => {
      if (session !== fresh) return;
      session = undefined;
      log.warn(
        { worker: workerId },
        'the database session that shows that this worker is alive was lost; it connects again',
      );
      loop?.wake();
    });
    session = fresh;
    // The other workers may have lost their connections at the same time.
    lostSince = new Map();
    return fresh;
  };

  const look = async (open: pg.Client): Promise<void> => {
    const timeout = setTimeout(() => void open.end(), CHECK_TIMEOUT_MS);
    const lost = await findLostWorkers(open).finally(() => clearTimeout(timeout));
    const now = performance.now();
    lostSince = new Map(lost.map((id) => [id, lostSince.get(id) ?? now]));
    for (const [id, since] of lostSince) {
      if (now - since < GRACE_MS) continue;
      if (await releaseClaims(db, id)) log.warn({ worker: id }, 'released the claims of a worker that ended');
    }
  };

  await connect();
  loop = startLoop({
    name: 'worker-session',
    log,
    intervalMs: INTERVAL_MS,
    async step() {
      await look(session ?? (await connect()));
      return 'idle';
    },
  });

  return {
    async stop() {
      await loop.stop();
      const open = session;
      session = undefined;
      if (open === undefined) return;
      await unregisterWorker(open, workerId).catch((error) => log.debug({ err: error }, 'worker not unregistered'));
      await open.end();
    },
  };
}
