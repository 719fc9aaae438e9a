import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type DatabaseConnections, LONGEST_STATEMENT_MS, openDatabase } from './database.ts';

/**
 * Connections by purpose, so that one kind of work cannot use up the connections of another. A pool connects when first used, so that a
 * pool whose work this process does not do stays empty.
 */
export interface DatabasePools {
  /** Connections for requests to the API, health and metrics. */
  api: DatabaseConnections;
  /** Connections for webhooks until they are acknowledged, and for the readiness check. Reading routes never use them. */
  ingest: DatabaseConnections;
  /** Connections for background work and integrations. */
  worker: DatabaseConnections;
  /** Random id of this process, which is stored in the rows that it claims. */
  workerId: number;
}

export interface DatabasePoolsOptions {
  url: string;
  log: Logger;
  config: Pick<Config, 'ROLE' | 'DATABASE_POOL_API' | 'DATABASE_POOL_INGEST' | 'DATABASE_POOL_WORKER'>;
  /** Statement timeout of the API's connections in ms, by default 10,000. A client waits for the response of each of these statements. */
  apiStatementTimeoutMs?: number;
}

/**
 * Size of a pool whose role this process does not have. A process without the API still serves health and metrics, and one without
 * webhooks the readiness check.
 */
const HEALTH_CONNECTIONS = 2;
/** Statement timeout for webhooks in ms. A sender waits 10 s for the acknowledgement. */
const INGEST_STATEMENT_TIMEOUT_MS = 10_000;
const API_STATEMENT_TIMEOUT_MS = 10_000;

/** Creates the pools of this process. No connection is opened yet. */
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
      // Deletions may raise their statement timeout to this limit.
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
