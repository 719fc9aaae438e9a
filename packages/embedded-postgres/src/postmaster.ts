import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, rename, stat, truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PostgresBinaries } from './binaries.ts';
import { readPostmasterFile } from './cluster-processes.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { ifPresent } from './if-present.ts';
import { type Launcher, PROGRAM_ENVIRONMENT } from './launcher.ts';
import type { PostgresSettings } from './settings.ts';

const POLL_MS = 10;
/** Longest time in ms that a start may take, because replaying the write-ahead log after a crash can take minutes. */
const LONGEST_RECOVERY_MS = 300_000;

const LONGEST_LOG_BYTES = 8 * 1024 * 1024;
const LOG_CHECK_INTERVAL_MS = 60_000;

export interface Postmaster {
  pid: number;
  /** Resolves when the PostgreSQL process has ended, with the reason in words. */
  exited: Promise<string>;
}

export interface PostmasterOptions {
  binaries: PostgresBinaries;
  launcher: Launcher;
  cluster: string;
  socketFolder: string;
  settings: PostgresSettings;
  logFile: string;
  log: Logger;
}

/**
 * Starts PostgreSQL and returns once it accepts connections.
 *
 * It runs in its own session, so that Ctrl-C and signals to the process group do not stop the database before the work that needs it has
 * ended. Must be called from the main thread: the kernel's parent-death signal is tied to the thread that spawned the process.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, launcher, cluster, socketFolder, logFile } = options;
  await rotateLog(logFile);
  const settings: PostgresSettings = {
    ...options.settings,
    listen_addresses: '',
    // The setting `unix_socket_directories` is a list, so the path is quoted in case it contains a comma or space.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
  const [command, ...args] = [
    ...launcher.prefix('INT'),
    binaries.postgres,
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command as string, args, {
    cwd: '/',
    env: PROGRAM_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = watchExit(child);
  watchLogSize(logFile, exited, options.log);
  await waitUntilReady(child, exited, options);
  return { pid: child.pid as number, exited };
}

function watchExit(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

async function waitUntilReady(child: ChildProcess, exited: Promise<string>, options: PostmasterOptions): Promise<void> {
  let ended: string | undefined;
  exited.then((how) => {
    ended = how;
  });
  const deadline = Date.now() + LONGEST_RECOVERY_MS;
  while (ended === undefined) {
    const postmaster = await readPostmasterFile(options.cluster);
    if (postmaster?.ready && postmaster.pid === child.pid) return;
    if (Date.now() > deadline) {
      child.kill('SIGQUIT');
      ended = `not ready after ${LONGEST_RECOVERY_MS / 1000} seconds`;
    } else await sleep(POLL_MS);
  }
  const said = await lastFatal(options.logFile);
  throw new EmbeddedPostgresError('postgres.failed', `The embedded PostgreSQL did not start: ${said ?? ended}`, {
    hint: `See ${options.logFile}, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
  });
}

/** Returns PostgreSQL's last FATAL or PANIC message in the log file. */
async function lastFatal(logFile: string): Promise<string | undefined> {
  const handle = await open(logFile, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, 16_384);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8').split('\n');
    return lines.findLast((line) => /FATAL|PANIC/.test(line))?.replace(/^.*?(FATAL|PANIC):\s*/, '');
  } finally {
    await handle.close();
  }
}

/** Renames the log of the previous run to `postgres.log.1`. */
async function rotateLog(logFile: string): Promise<void> {
  try {
    await rename(logFile, `${logFile}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** PostgreSQL appends to the file, so that it can be emptied under it. */
function watchLogSize(logFile: string, exited: Promise<string>, log: Logger): void {
  const limitSize = async (): Promise<void> => {
    const found = await ifPresent(stat(logFile));
    if (found !== undefined && found.size > LONGEST_LOG_BYTES) await truncate(logFile, 0);
  };
  const timer = setInterval(() => {
    limitSize().catch((error: unknown) => log.warn({ err: error, logFile }, "PostgreSQL's log could not be limited"));
  }, LOG_CHECK_INTERVAL_MS).unref();
  exited.then(() => clearInterval(timer));
}
