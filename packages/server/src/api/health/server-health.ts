import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import { cachedFor } from '../../background/cached-for.ts';
import { probeStorage } from '../../database/probe-storage.ts';
import { within } from './within.ts';

export type ServerStatus = 'ok' | 'degraded' | 'down';

/** Health of this server. The state of integrations does not change it. */
export interface ServerHealth {
  /** Health of the server as a whole: `down` when it could not store a delivery. */
  status: ServerStatus;
  database: { status: ServerStatus; latency_ms: number | null };
  /** State of the disk of the embedded database. `free_bytes` is null for an external one. */
  storage: { status: ServerStatus; free_bytes: number | null };
  /** State of the received webhooks that have not been processed. */
  deliveries: { status: ServerStatus; oldest_waiting_seconds: number };
}

export interface ServerHealthDependencies {
  /** Connection pool that reading requests cannot use up. */
  pool: Pick<pg.Pool, 'connect'>;
  /** Folder of the embedded database; undefined for an external database. */
  dataDir: string | undefined;
  clock: { now(): Date };
}

export const DATABASE_TIMEOUT_MS = 2000;
const SLOW_DATABASE_MS = 1000;
/** Seconds after which waiting work counts as late: the workers are too few, or stuck. */
export const LONG_WAIT_SECONDS = 60;
/** Time in ms for which the health is cached, however often it is requested. */
export const KEPT_MS = 1000;
/**
 * Free disk space in bytes below which the storage is degraded: four times the WAL that PostgreSQL keeps before it frees any
 * (`max_wal_size`).
 */
const LITTLE_SPACE_BYTES = 1024 ** 3;
/** Free disk space in bytes below which the storage is down. PostgreSQL stops when it cannot write its WAL. */
const NO_SPACE_BYTES = 64 * 1024 ** 2;

/** Creates a function that checks database, disk and waiting deliveries at most once a second. */
export function createServerHealth(dependencies: ServerHealthDependencies): () => Promise<ServerHealth> {
  return cachedFor(KEPT_MS, () => look(dependencies));
}

async function look({ pool, dataDir, clock }: ServerHealthDependencies): Promise<ServerHealth> {
  const startedAt = performance.now();
  const storage = await readStorage(dataDir);
  const probe = await within(probeStorage(pool, DATABASE_TIMEOUT_MS), DATABASE_TIMEOUT_MS);
  if (probe === undefined) {
    return {
      status: 'down',
      database: { status: 'down', latency_ms: null },
      storage,
      deliveries: { status: 'down', oldest_waiting_seconds: 0 },
    };
  }
  const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const { oldestReceived } = probe;
  const waited = oldestReceived === null ? 0 : Math.max(0, (clock.now().getTime() - oldestReceived.getTime()) / 1000);
  const database = latencyMs > SLOW_DATABASE_MS ? 'degraded' : 'ok';
  const deliveries = waited > LONG_WAIT_SECONDS ? 'degraded' : 'ok';
  return {
    status: worst([database, storage.status, deliveries]),
    database: { status: database, latency_ms: latencyMs },
    storage,
    deliveries: { status: deliveries, oldest_waiting_seconds: Math.round(waited) },
  };
}

async function readStorage(dataDir: string | undefined): Promise<ServerHealth['storage']> {
  if (dataDir === undefined) return { status: 'ok', free_bytes: null };
  const disk = await within(statfs(dataDir), DATABASE_TIMEOUT_MS);
  if (disk === undefined) return { status: 'down', free_bytes: null };
  const free = disk.bavail * disk.bsize;
  const status = free < NO_SPACE_BYTES ? 'down' : free < LITTLE_SPACE_BYTES ? 'degraded' : 'ok';
  return { status, free_bytes: free };
}

function worst(statuses: readonly ServerStatus[]): ServerStatus {
  if (statuses.includes('down')) return 'down';
  return statuses.includes('degraded') ? 'degraded' : 'ok';
}
