import pg from 'pg';

/**
 * SQLSTATEs of a database that is not available: shutdown, crash recovery, start-up, too many connections, or a standby. Class 08,
 * connection errors, is tested separately.
 */
const SQLSTATES = new Set(['57P01', '57P02', '57P03', '53300', '25006']);
const NODE_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** SQLSTATEs of a deadlock and of a serialization failure. */
const BUSY_STATES = new Set(['40P01', '40001']);

/** Returns true when the database aborted a transaction because of a concurrent one. A retry can succeed. */
export function isDatabaseBusy(error: unknown): boolean {
  return error instanceof pg.DatabaseError && BUSY_STATES.has(error.code ?? '');
}

/** SQLSTATEs of a canceled query and of a lock that was not available. */
const TIME_LIMIT_STATES = new Set(['57014', '55P03']);

/** Returns true when a statement was aborted because it ran or waited for a lock for too long. */
export function isTimeLimit(error: unknown): boolean {
  return error instanceof pg.DatabaseError && TIME_LIMIT_STATES.has(error.code ?? '');
}

/**
 * Messages of pg for lost connections, which carry no code: node_modules/pg/lib/client.js, pg-pool/index.js. The last two messages come
 * from the rollback of a transaction whose connection was lost, and hide the error of the failed statement.
 */
const LOST_CONNECTION =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error|^Client was closed/;

/**
 * Returns true for errors which say that the database is not available at present:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as Error & { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    // A missing unix socket is ENOENT, like any missing file; only the syscall `connect` tells them apart.
    return (
      code.startsWith('08') ||
      SQLSTATES.has(code) ||
      NODE_CODES.has(code) ||
      (code === 'ENOENT' && syscall === 'connect')
    );
  }
  return LOST_CONNECTION.test(error.message);
}
