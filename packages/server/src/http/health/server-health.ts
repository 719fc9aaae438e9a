import { cachedFor } from '../../background/cached-for.ts';
import type { Database } from '../../store/database.ts';
import { findOldestReceived } from '../../store/delivery-queue.ts';
import { within } from './within.ts';

export type ServerStatus = 'ok' | 'degraded' | 'down';

/** How this server is. Integrations do not change it. */
export interface ServerHealth {
  status: ServerStatus;
  database: { status: ServerStatus; latency_ms: number | null };
  /** Received webhooks that nobody has worked off yet. */
  deliveries: { status: ServerStatus; oldest_waiting_seconds: number };
}

export const DATABASE_TIMEOUT_MS = 2000;
const SLOW_DATABASE_MS = 1000;
/** Work that waits longer shows that the workers are too few, or stuck. */
export const LONG_WAIT_SECONDS = 60;
/** However often it is asked, the database is looked at once in this time. */
export const KEPT_MS = 1000;

/** Looks at the database, not more than once a second. */
export function createServerHealth(db: Database, clock: { now(): Date }): () => Promise<ServerHealth> {
  return cachedFor(KEPT_MS, () => look(db, clock));
}

async function look(db: Database, clock: { now(): Date }): Promise<ServerHealth> {
  const startedAt = performance.now();
  const oldest = await within(
    findOldestReceived(db).then((received_at) => ({ received_at })),
    DATABASE_TIMEOUT_MS,
  );
  if (oldest === undefined) {
    return {
      status: 'down',
      database: { status: 'down', latency_ms: null },
      deliveries: { status: 'down', oldest_waiting_seconds: 0 },
    };
  }
  const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const receivedAt = oldest.received_at;
  const waited = receivedAt === undefined ? 0 : Math.max(0, (clock.now().getTime() - receivedAt.getTime()) / 1000);
  const database = latencyMs > SLOW_DATABASE_MS ? 'degraded' : 'ok';
  const deliveries = waited > LONG_WAIT_SECONDS ? 'degraded' : 'ok';
  return {
    status: database === 'ok' && deliveries === 'ok' ? 'ok' : 'degraded',
    database: { status: database, latency_ms: latencyMs },
    deliveries: { status: deliveries, oldest_waiting_seconds: Math.round(waited) },
  };
}
