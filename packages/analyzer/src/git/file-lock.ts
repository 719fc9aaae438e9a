import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { AnalysisError } from '../errors.ts';

export type LockKind = 'shared' | 'exclusive';

const RETRY_MS = 100;
const SQLITE_BUSY = 5;

/**
 * A lock between processes that ends with its holder, however that ends. Node has no `flock`; SQLite takes locks of the operating
 * system on its file, on all of them, and so an open transaction is the lock. The file stays empty, and must stay where it is.
 */
export async function lockFile(path: string, kind: LockKind, signal: AbortSignal): Promise<Disposable> {
  for (;;) {
    signal.throwIfAborted();
    const lock = tryLockFile(path, kind);
    if (lock !== undefined) return lock;
    await setTimeout(RETRY_MS * (0.5 + Math.random()), undefined, { signal });
  }
}

/** Undefined: others hold it. Throws `AnalysisError` `source.no_lock` where the file system has no locks. */
export function tryLockFile(path: string, kind: LockKind): Disposable | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // A shared lock is taken with the first read.
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
