import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { findPostgresBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { findClusterProcesses, stopClusterProcesses } from './cluster-processes.ts';
import { makeDataFolder } from './data-folder.ts';
import { DataFolderHeldError } from './errors.ts';
import { chooseLauncher, type Launcher } from './launcher.ts';
import { type Postmaster, startPostmaster } from './postmaster.ts';
import { takeServerLock } from './server-lock.ts';
import { type PostgresSettings, SERVER_SETTINGS } from './settings.ts';
import { findSocketFolder, makeSocketFolder, removeSocketFolder } from './socket-folder.ts';
import { socketUrl } from './socket-url.ts';
import { withStartLock } from './start-lock.ts';

/** Name of the application's database. */
export const DATABASE = 'commandcenter';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Description of this process for another one that is started on the same folder, such as `pid 12, port 8000`. At most 40 characters. */
  holder: string;
  log: Logger;
  /** Called when PostgreSQL was lost and could not be restarted, or another server took the folder. The process has to end then. */
  onLost(error: unknown): void;
  settings?: PostgresSettings;
  /** Launchers (ways to run PostgreSQL's programs) to try instead of the usual ones for the current user. */
  launchers?: readonly Launcher[];
}

export interface EmbeddedPostgres {
  /** Connection URL of the application's database. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on `DATA_DIR/postgres` for this process alone, and keeps it running until `stop()`.
 *
 * A PostgreSQL that a killed process left running is stopped first. Throws DataFolderHeldError when another living process uses the
 * folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await makeDataFolder(options.dataDir);
  const binaries = await findPostgresBinaries();

  /** Starts PostgreSQL and takes the server lock. Only one process at a time does this on a data folder. */
  const start = (): Promise<RunningServer> =>
    withStartLock(dataDir, async () => {
      await refuseIfHeld(dataDir, options.holder);
      const launcher = await chooseLauncher(binaries, dataDir, options.launchers);
      const stopped = await stopClusterProcesses(join(dataDir, 'postgres'));
      if (stopped > 0)
        options.log.warn({ processes: stopped }, 'stopped a PostgreSQL that was left without its server');
      const cluster = await ensureCluster(binaries, launcher, dataDir);
      const socketFolder = await makeSocketFolder(dataDir);
      const settings = options.settings ?? SERVER_SETTINGS;
      const postmaster = await startPostmaster({
        ...{ binaries, launcher, cluster, socketFolder, settings },
        logFile: join(dataDir, 'postgres.log'),
        log: options.log,
      });
      try {
        await ensureDatabase(socketFolder);
        const url = socketUrl(socketFolder, SUPERUSER, DATABASE);
        return { postmaster, url, lock: await takeServerLock(url, dataDir, options.holder) };
      } catch (error) {
        await stopClusterProcesses(cluster);
        throw error;
      }
    });

  const running = await start();
  options.log.info({ postmaster: running.postmaster.pid, dataDir }, 'embedded PostgreSQL started');
  return supervise(running, start, dataDir, options);
}

interface RunningServer {
  postmaster: Postmaster;
  url: string;
  /** Connection that holds the advisory lock of the server. */
  lock: pg.Client;
}

const RESTARTS_ALLOWED = 5;
const RESTART_WINDOW_MS = 60_000;

/** Restarts PostgreSQL when it dies, and takes the server lock again when only the lock's connection was lost. */
function supervise(
  first: RunningServer,
  start: () => Promise<RunningServer>,
  dataDir: string,
  { log, onLost, holder }: EmbeddedPostgresOptions,
): EmbeddedPostgres {
  let running = first;
  let stopping = false;
  let mending: Promise<void> = Promise.resolve();
  const restarts: number[] = [];

  const retakeLock = async (server: RunningServer): Promise<void> => {
    // After a crash of one of its processes PostgreSQL refuses connections until it has recovered, so that taking the lock is retried.
    let ended = false;
    server.postmaster.exited.then(() => {
      ended = true;
    });
    // Stop when the postmaster has ended: there is nothing to connect to until `restart` runs, which waits for this function to end.
    for (let attempt = 0; !stopping && !ended && running === server; attempt += 1) {
      try {
        server.lock = await takeServerLock(server.url, dataDir, holder);
        watch(server);
        return;
      } catch (error) {
        if (error instanceof DataFolderHeldError || attempt > 100) throw error;
        await sleep(100);
      }
    }
  };

  const restart = async (how: string): Promise<void> => {
    const since = Date.now() - RESTART_WINDOW_MS;
    while (restarts[0] !== undefined && restarts[0] < since) restarts.shift();
    if (restarts.length >= RESTARTS_ALLOWED)
      throw new Error(`the embedded PostgreSQL ended ${RESTARTS_ALLOWED + 1} times in a minute (${how})`);
    restarts.push(Date.now());
    log.error({ how }, 'the embedded PostgreSQL ended; starting it again');
    running = await start();
    log.info({ postmaster: running.postmaster.pid }, 'embedded PostgreSQL started again');
    watch(running, true);
  };

  const mend = (work: () => Promise<void>): void => {
    mending = mending.then(async () => {
      if (stopping) return;
      await work().catch(onLost);
    });
  };

  const watch = (server: RunningServer, isNew = false): void => {
    server.lock.once('end', () => {
      if (!stopping)
        log.warn('the connection that holds the lock on the data folder was lost; the lock is taken again');
      mend(() => retakeLock(server));
    });
    if (isNew) server.postmaster.exited.then((how) => mend(() => restart(how)));
  };

  watch(running, true);
  return {
    url: first.url,
    async stop() {
      stopping = true;
      await mending;
      await running.lock.end().catch((error) => log.debug({ err: error }, 'lock connection was already gone'));
      await stopClusterProcesses(join(dataDir, 'postgres'));
      await removeSocketFolder(dataDir);
    },
  };
}

/** Throws DataFolderHeldError when PostgreSQL runs in the folder and a living process holds its server lock. */
async function refuseIfHeld(dataDir: string, holder: string): Promise<void> {
  const socketFolder = await findSocketFolder(dataDir);
  if (socketFolder === undefined || (await findClusterProcesses(join(dataDir, 'postgres'))).length === 0) return;
  try {
    const lock = await takeServerLock(socketUrl(socketFolder, SUPERUSER, DATABASE), dataDir, holder);
    await lock.end();
  } catch (error) {
    if (error instanceof DataFolderHeldError) throw error;
    // A PostgreSQL that does not respond, or that starts or stops, has no clients.
  }
}

/** Creates the application's database when it does not exist. */
async function ensureDatabase(socketFolder: string): Promise<void> {
  const client = new pg.Client({ connectionString: socketUrl(socketFolder, SUPERUSER, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(DATABASE)}`);
  } finally {
    await client.end();
  }
}
