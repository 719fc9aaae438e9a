import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { AnalysisError } from '../errors.ts';

export type LockKind = 'shared' | 'exclusive';

const RETRY_MS = 100;
const SQLITE_BUSY = 5;

/**
 * Waits for a lock between processes that the operating system releases if its holder ends. Node has no `flock`, so the
 * lock is an open transaction of SQLite, which uses file locks on every platform. The file stays empty and must not be
 * removed or moved.
 */
export async function lockFile(path: string, kind: LockKind, signal: AbortSignal): Promise<Disposable> {
  for (;;) {
    signal.throwIfAborted();
    const lock = tryLockFile(path, kind);
    if (lock !== undefined) return lock;
    await setTimeout(RETRY_MS * (0.5 + Math.random()), undefined, { signal });
  }
}

/**
 * Locks a file without waiting; returns undefined if others hold the lock. Throws AnalysisError `source.no_lock` if the file system does
 * not support locks.
 */
export function tryLockFile(path: string, kind: LockKind): Disposable | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // SQLite takes a shared lock at the first read.
    database.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT 1 FROM sqlite_schema');
    const held = database;
    return { [Symbol.dispose]: () => held.close() };
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) return undefined;
    throw new AnalysisError('source.no_lock', `The cache of repositories cannot be locked at ${path}.`, {
      hint: 'Put it into a folder of this machine that this user may write to.',
      cause,
    });
  }
}
