import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderHeldError } from './errors.ts';

const RETRY_PAUSE_MS = 25;
const LONGEST_START_MS = 120_000;

/** SQLite's error code SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Runs `work` while no other process starts or stops PostgreSQL on the same data folder.
 *
 * Node has no file locks, but its SQLite takes a POSIX record lock for an exclusive transaction. The kernel releases that lock however
 * the process dies, child processes do not inherit it, and it also works between containers that share the folder.
 */
export async function withStartLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const file = new DatabaseSync(join(dataDir, 'start.lock'));
  try {
    await acquire(file, dataDir);
    return await work();
  } finally {
    file.close();
  }
}

async function acquire(file: DatabaseSync, dataDir: string): Promise<void> {
  const deadline = Date.now() + LONGEST_START_MS;
  file.exec('pragma busy_timeout = 0');
  for (;;) {
    try {
      file.exec('begin exclusive');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
      if (Date.now() > deadline) {
        throw new DataFolderHeldError(
          `Another start on ${dataDir} has been going on for ${LONGEST_START_MS / 1000} seconds.`,
          {
            cause: error,
            hint: 'Stop the other process first.',
          },
        );
      }
      await sleep(RETRY_PAUSE_MS);
    }
  }
}
