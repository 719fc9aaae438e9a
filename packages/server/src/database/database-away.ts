import pg from 'pg';

/** Shutdown, crash recovery, start-up, too many connections, a standby; class 08 is connection trouble. */
const SQLSTATES = new Set(['57P01', '57P02', '57P03', '53300', '25006']);
const NODE_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Deadlock and serialization failure. */
const BUSY_STATES = new Set(['40P01', '40001']);

/** Returns true when the database gave up a change because of another one. Repeated, it can succeed. */
export function isDatabaseBusy(error: unknown): boolean {
  return error instanceof pg.DatabaseError && BUSY_STATES.has(error.code ?? '');
}

/** query_canceled and lock_not_available. */
const TIME_LIMIT_STATES = new Set(['57014', '55P03']);

/** Returns true when a statement was ended because it ran, or waited for a lock, for too long. */
export function isTimeLimit(error: unknown): boolean {
  return error instanceof pg.DatabaseError && TIME_LIMIT_STATES.has(error.code ?? '');
}

/**
 * pg gives lost connections no code, so that only their text identifies them: node_modules/pg/lib/client.js, pg-pool/index.js. The last two
 * come from the rollback of a transaction whose connection was lost, and replace the error of its statement.
 */
const LOST_CONNECTION =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error|^Client was closed/;

/**
 * Returns true for errors that say that the database is not available at present:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as Error & { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    // A missing unix socket is ENOENT like any missing file; only connecting says which it was.
    return (
      code.startsWith('08') ||
      SQLSTATES.has(code) ||
      NODE_CODES.has(code) ||
      (code === 'ENOENT' && syscall === 'connect')
    );
  }
  return LOST_CONNECTION.test(error.message);
}
