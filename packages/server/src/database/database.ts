import { Kysely, type Transaction as KyselyTransaction, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { columnTypes } from './column-types.ts';
import { type DatabaseTarget, parseDatabaseUrl } from './database-url.ts';
import { FailoverPool } from './failover-pool.ts';
import { trackPrimaryHost } from './primary-host.ts';
import type { DB } from './schema.ts';

export type Database = Kysely<DB>;
export type Transaction = KyselyTransaction<DB>;

export interface DatabaseOptions {
  url: string;
  log: Logger;
  /** Purpose of these connections. `pg_stat_activity` shows it after `commandcenter`. */
  purpose?: string;
  /** Most connections at a time, by default 20. */
  poolSize?: number;
  /** Time limit of a statement in ms, by default 30,000. No statement of the server itself needs that long. */
  statementTimeoutMs?: number;
  /** Time limit in ms for statements that raise their own limit, by default `statementTimeoutMs`. */
  longestStatementMs?: number;
  /** Longest wait for a lock in ms, by default 10,000. */
  lockTimeoutMs?: number;
  /** Id of the process with background work that claims rows through these connections. */
  workerId?: number;
}

export interface DatabaseConnections {
  db: Database;
  /** Connection pool under `db`, for statements that need no query builder. */
  pool: pg.Pool;
  /** Opens and connects a separate connection without statement timeout, for LISTEN or session locks. The caller ends it. */
  openClient(purpose: string): Promise<pg.Client>;
  target: DatabaseTarget;
  close(): Promise<void>;
}

/** Longest time in ms that any statement may take. */
export const LONGEST_STATEMENT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5000;
/** Additional time in ms for a response after the time limit of its statement. */
const SILENCE_GRACE_MS = 5000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Creates the connections of a database. The first statement connects; nothing is opened before. */
export function openDatabase({
  url,
  log,
  purpose,
  poolSize = 20,
  statementTimeoutMs = LONGEST_STATEMENT_MS,
  longestStatementMs = statementTimeoutMs,
  lockTimeoutMs = 10_000,
  workerId,
}: DatabaseOptions): DatabaseConnections {
  const target = parseDatabaseUrl(url);
  const primary = trackPrimaryHost(target);
  const base: pg.ClientConfig = {
    types: columnTypes(),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const pool = new FailoverPool({
    options: {
      ...base,
      application_name: purpose === undefined ? 'commandcenter' : `commandcenter ${purpose}`,
      max: poolSize,
      idleTimeoutMillis: 60_000,
    },
    limits: {
      statementMs: statementTimeoutMs,
      lockMs: lockTimeoutMs,
      idleInTransactionMs: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    },
    silenceMs: longestStatementMs + SILENCE_GRACE_MS,
    workerId,
    primary,
    needsPrimary: target.needsPrimary,
    log,
  });
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    target,
    async openClient(purpose) {
      await primary.look();
      const client = new pg.Client({ ...base, ...primary.current(), application_name: `commandcenter ${purpose}` });
      client.on('error', (error) => log.debug({ err: error, purpose }, 'database connection lost'));
      await client.connect();
      return client;
    },
    // Destroying Kysely ends the pool too.
    close: () => db.destroy(),
  };
}
