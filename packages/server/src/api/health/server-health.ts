import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import { cachedFor } from '../../background/cached-for.ts';
import { probeStorage } from '../../database/probe-storage.ts';
import type { Logger } from '../../logging.ts';
import { describeCause } from './describe-cause.ts';
import { StateLog } from './state-log.ts';
import { within } from './within.ts';

export type ServerStatus = 'ok' | 'degraded' | 'down';

/** Health of this server. The state of integrations does not change it. */
export interface ServerHealth {
  /** Health of the server as a whole: `down` when it could not store a delivery. */
  status: ServerStatus;
  database: PartHealth & { latency_ms: number | null };
  /** The disk of the embedded database. */
  storage: PartHealth & { free_bytes: number | null };
  /** Received webhooks that nobody has worked off yet. */
  deliveries: PartHealth & { oldest_waiting_seconds: number };
}

interface PartHealth {
  status: ServerStatus;
  /** Why it is down, without names of hosts, users or paths. */
  reason?: string;
}

export interface ServerHealthDependencies {
  /** Connection pool that reading requests cannot use up. */
  pool: Pick<pg.Pool, 'connect'>;
  /** Folder of the embedded database; undefined for an external database. */
  dataDir: string | undefined;
  clock: { now(): Date };
  log: Logger;
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
const MIB = 1024 ** 2;
/** PostgreSQL ends where it cannot write its log. */
const NO_SPACE_BYTES = 64 * MIB;

/** Creates a function that checks database, disk and waiting deliveries at most once a second. */
export function createServerHealth(dependencies: ServerHealthDependencies): () => Promise<ServerHealth> {
  const states = new StateLog(dependencies.log);
  return cachedFor(KEPT_MS, () => look(dependencies, states));
}

async function look({ pool, dataDir, clock }: ServerHealthDependencies, states: StateLog): Promise<ServerHealth> {
  const startedAt = performance.now();
  const storage = await readStorage(dataDir, states);
  const probe = await within(probeStorage(pool, DATABASE_TIMEOUT_MS), DATABASE_TIMEOUT_MS);
  if ('error' in probe) {
    const reason = `No row could be written. ${describeCause(probe.error)}`;
    states.down('database', reason, { err: probe.error });
    return {
      status: 'down',
      database: { status: 'down', latency_ms: null, reason },
      storage,
      deliveries: { status: 'down', oldest_waiting_seconds: 0, reason: 'The database is down.' },
    };
  }
  states.up('database');
  const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const { oldestReceived } = probe.value;
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

async function readStorage(dataDir: string | undefined, states: StateLog): Promise<ServerHealth['storage']> {
  if (dataDir === undefined) return { status: 'ok', free_bytes: null };
  const disk = await within(statfs(dataDir), DATABASE_TIMEOUT_MS);
  if ('error' in disk) {
    const reason = `The free space of the disk could not be read. ${describeCause(disk.error)}`;
    states.down('storage', reason, { err: disk.error });
    return { status: 'down', free_bytes: null, reason };
  }
  const free = disk.value.bavail * disk.value.bsize;
  if (free < NO_SPACE_BYTES) {
    const reason = `Only ${Math.floor(free / MIB)} MiB of the disk are free, and PostgreSQL needs ${NO_SPACE_BYTES / MIB} MiB.`;
    states.down('storage', reason, { freeBytes: free });
    return { status: 'down', free_bytes: free, reason };
  }
  states.up('storage');
  return { status: free < LITTLE_SPACE_BYTES ? 'degraded' : 'ok', free_bytes: free };
}

function worst(statuses: readonly ServerStatus[]): ServerStatus {
  if (statuses.includes('down')) return 'down';
  return statuses.includes('degraded') ? 'degraded' : 'ok';
}
