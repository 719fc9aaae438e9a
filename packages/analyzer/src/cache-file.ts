import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Milliseconds to wait for another process that writes. It blocks the event loop, and writes take less. */
const TIMEOUT_MS = 2000;

/**
 * Opens a SQLite file of values that can be computed again, and creates it if it does not exist. Several processes may
 * use it at once, and one that is killed leaves a journal from which the next one restores it. A damaged file is
 * replaced. Throws if the file cannot be used now.
 * @param schema statements that change nothing if they have run before
 */
export function openCacheFile(path: string, schema: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return openWithSchema(path, schema);
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeCacheFile(path);
    return openWithSchema(path, schema);
  }
}

/** True if an error of reading the file means that its content is of no use. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return DAMAGE_CODES.has(Number(error.errcode) & 0xff);
  // An error of the file system says nothing about the content, but one of decompressing or parsing a value does.
  return !('syscall' in error);
}

/** Returns true if another process has blocked the file for longer than the time limit. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && BUSY_CODES.has(Number(error.errcode) & 0xff);
}

/** SQLITE_BUSY and SQLITE_LOCKED. */
const BUSY_CODES = new Set([5, 6]);

/** SQLITE_ERROR (a table is missing, for example), SQLITE_CORRUPT and SQLITE_NOTADB: https://sqlite.org/rescode.html */
const DAMAGE_CODES = new Set([1, 11, 26]);

export function removeCacheFile(path: string): void {
  for (const name of [path, `${path}-journal`]) rmSync(name, { force: true });
}

function openWithSchema(path: string, schema: string): DatabaseSync {
  createPrivately(path);
  const database = new DatabaseSync(path, { timeout: TIMEOUT_MS });
  try {
    // A write-ahead log needs memory that all processes share, which a network file system does not have. Without syncs
    // a power cut can damage the file: then it is replaced, which costs less than a sync at the end of each analysis.
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; ${schema}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite would create a file that other users of the machine can read. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
