import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type DatabaseConnections, LONGEST_STATEMENT_MS, openDatabase } from './database.ts';

/**
 * Connections by who uses them, so that none can take those of another. A pool opens a connection when it needs one: one whose work
 * this process does not do stays empty.
 */
export interface DatabasePools {
  /** Requests of the API, health and metrics. */
  api: DatabaseConnections;
  /** Webhooks until they are acknowledged, and readiness. Readers never use them. */
  ingest: DatabaseConnections;
  /** Background work and integrations. */
  worker: DatabaseConnections;
  /** Random. Rows that `worker` claims carry it. */
  workerId: number;
}

export interface DatabasePoolsOptions {
  url: string;
  log: Logger;
  config: Pick<Config, 'ROLE' | 'DATABASE_POOL_API' | 'DATABASE_POOL_INGEST' | 'DATABASE_POOL_WORKER'>;
  /** Default 10,000. Somebody waits for the response of each of these statements. */
  apiStatementTimeoutMs?: number;
}

/** A process without the API still shows its health and metrics, and one without webhooks whether it is ready. */
const HEALTH_CONNECTIONS = 2;
/** A sender waits 10 s for its acknowledgement. */
const INGEST_STATEMENT_TIMEOUT_MS = 10_000;
const API_STATEMENT_TIMEOUT_MS = 10_000;

/** Opens no connection yet. */
export function openDatabasePools(options: DatabasePoolsOptions): DatabasePools {
  const { url, log, config, apiStatementTimeoutMs = API_STATEMENT_TIMEOUT_MS } = options;
  const sizeOf = (role: 'api' | 'ingest', size: number): number =>
    config.ROLE === 'all' || config.ROLE === role ? size : HEALTH_CONNECTIONS;
  const workerId = randomInt(1, 2 ** 31);
  return {
    api: openDatabase({
      url,
      log,
      purpose: 'api',
      poolSize: sizeOf('api', config.DATABASE_POOL_API),
      statementTimeoutMs: apiStatementTimeoutMs,
      // Deletions get more than the others.
      longestStatementMs: Math.max(apiStatementTimeoutMs, LONGEST_STATEMENT_MS),
      lockTimeoutMs: apiStatementTimeoutMs,
    }),
    ingest: openDatabase({
      url,
      log,
      purpose: 'ingest',
      poolSize: sizeOf('ingest', config.DATABASE_POOL_INGEST),
      statementTimeoutMs: INGEST_STATEMENT_TIMEOUT_MS,
    }),
    worker: openDatabase({ url, log, purpose: 'worker', poolSize: config.DATABASE_POOL_WORKER, workerId }),
    workerId,
  };
}

export async function closeDatabasePools({ api, ingest, worker }: DatabasePools): Promise<void> {
  await Promise.all([api.close(), ingest.close(), worker.close()]);
}
