import { setTimeout as sleep } from 'node:timers/promises';
import {
  DataFolderUnusableError,
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '@commandcenter/embedded-postgres';
import pg from 'pg';
import type { Config } from './config.ts';
import type { DatabaseConnections } from './database/database.ts';
import { isDatabaseAway } from './database/database-away.ts';
import { closeDatabasePools, type DatabasePools, openDatabasePools } from './database/database-pools.ts';
import { migrate, readMigrations } from './database/migrate.ts';
import { SHARED_SESSIONS_REMEDY, sharesSessions } from './database/session-pooling.ts';
import type { CreateModuleLogger } from './logging.ts';
import { ConfigurationError, DatabaseError, StartupError } from './startup-errors.ts';

export interface OpenDatabaseOptions {
  /** Description of this process for another one that is started on the same DATA_DIR. */
  holder: string;
  signal: AbortSignal;
  /** Called when the embedded database is lost for good. */
  onLost(error: unknown): void;
}

export interface MigratedDatabase extends DatabasePools, AsyncDisposable {
  /** Names of the migrations that this start has applied. */
  migrated: string[];
}

/** Longest time in ms that a start waits for an external PostgreSQL that is starting too. */
const LONGEST_WAIT_MS = 5000;
const RETRY_PAUSE_MS = 250;

/** Opens the embedded PostgreSQL, or the one in DATABASE_URL, and migrates it. Disposing the result closes everything. */
export async function openMigratedDatabase(
  config: Config,
  logger: CreateModuleLogger,
  { holder, signal, onLost }: OpenDatabaseOptions,
): Promise<MigratedDatabase> {
  await using opened = new AsyncDisposableStack();
  const log = logger('database');
  let url = config.DATABASE_URL;
  if (url === undefined) {
    const postgres = await startDatabase({
      dataDir: config.DATA_DIR,
      holder,
      log,
      onLost: (error) => onLost(startupErrorOf(error)),
    });
    opened.defer(() => postgres.stop());
    url = postgres.url;
  }
  const pools = openDatabasePools({ url, log, config });
  opened.defer(() => closeDatabasePools(pools));

  const client = await connectWithRetry(pools.worker, signal);
  try {
    if (config.DATABASE_URL !== undefined) await refuseSharedSessions(pools.worker);
    const migrated = await migrate(client, await readMigrations(), log);
    const owned = opened.move();
    return { ...pools, migrated, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } finally {
    await client.end();
  }
}

async function startDatabase(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startEmbeddedPostgres(options);
  } catch (error) {
    throw startupErrorOf(error);
  }
}

/**
 * Converts an error of the embedded PostgreSQL to a start-up error with the exit code of the process. Any other value is returned
 * unchanged.
 */
function startupErrorOf(error: unknown): unknown {
  if (!(error instanceof EmbeddedPostgresError)) return error;
  const { code, message, hint } = error;
  const exitCode = error instanceof DataFolderUnusableError ? 2 : 3;
  return new StartupError(code, exitCode, message, { ...(hint !== undefined && { hint }), cause: error });
}

async function refuseSharedSessions({ openClient, target }: DatabaseConnections): Promise<void> {
  if (!(await sharesSessions(openClient))) return;
  throw new ConfigurationError(
    `DATABASE_URL names a pooler (${target.label}) that shares a connection of PostgreSQL between sessions. ${SHARED_SESSIONS_REMEDY}`,
  );
}

async function connectWithRetry(connections: DatabaseConnections, signal: AbortSignal): Promise<pg.Client> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await connections.openClient('start');
    } catch (error) {
      if (Date.now() > deadline || (error instanceof pg.DatabaseError && !isDatabaseAway(error))) {
        const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
        throw new DatabaseError(
          'database.unreachable',
          `PostgreSQL at ${connections.target.label} cannot be used: ${reason}.`,
          {
            hint: 'Check DATABASE_URL and that the server runs.',
            cause: error,
          },
        );
      }
      await sleep(RETRY_PAUSE_MS, undefined, { signal });
    }
  }
}
