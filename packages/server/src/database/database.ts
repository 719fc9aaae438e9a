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
  /** Shown by `pg_stat_activity` after `commandcenter`: who these connections belong to. */
  purpose?: string;
  /** The most connections at a time. Default 20. */
  poolSize?: number;
  /** Default 30,000. No statement of the server's own needs that long. */
  statementTimeoutMs?: number;
  /** Limit of statements that set their own limit. Default: `statementTimeoutMs`. */
  longestStatementMs?: number;
  /** Default 10,000. */
  lockTimeoutMs?: number;
  /** Id of the process with background work that claims rows with these connections. */
  workerId?: number;
}

export interface DatabaseConnections {
  db: Database;
  /** The pool under `db`, for statements that kysely adds nothing to. */
  pool: pg.Pool;
  /** A connection of its own (LISTEN, session locks), connected, without statement time-out. The caller ends it. */
  openClient(purpose: string): Promise<pg.Client>;
  target: DatabaseTarget;
  close(): Promise<void>;
}

/** The most that any statement may take, in milliseconds. */
export const LONGEST_STATEMENT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5000;
/** Additional time for a response after the time limit of its statement. */
const SILENCE_GRACE_MS = 5000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens nothing yet: the first statement connects. */
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
    // Ends the pool too.
    close: () => db.destroy(),
  };
}
