import type pg from 'pg';
import { SilentDatabaseError } from './silent-database-error.ts';

/** Set in the sessions of a process with background work. */
export const WORKER_SETTING = 'commandcenter.worker';

/** Time limits of a session, in milliseconds. */
export interface SessionLimits {
  statementMs: number;
  lockMs: number;
  idleInTransactionMs: number;
}

/** The limits of the session do not hold yet for the statement that sets them. */
const START_TIMEOUT_MS = 5000;

/**
 * Sets the limits of a new connection, and whose it is, in one statement. They are not startup parameters because PgBouncer refuses a connection that
 * has any it does not know: https://www.pgbouncer.org/config.html#ignore_startup_parameters
 */
export async function startSession(
  client: pg.ClientBase,
  limits: SessionLimits,
  workerId: number | undefined,
): Promise<{ writable: boolean }> {
  const silent = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => silent.reject(new SilentDatabaseError('start a session', START_TIMEOUT_MS)),
    START_TIMEOUT_MS,
  );
  try {
    const started = client.query<{ writable: boolean }>(
      `select set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
              set_config('idle_in_transaction_session_timeout', $3, false), set_config($4, $5, false),
              current_setting('transaction_read_only') = 'off' as writable`,
      [
        String(limits.statementMs),
        String(limits.lockMs),
        String(limits.idleInTransactionMs),
        WORKER_SETTING,
        workerId === undefined ? '' : String(workerId),
      ],
    );
    const { rows } = await Promise.race([started, silent.promise]);
    return { writable: rows[0]?.writable === true };
  } finally {
    clearTimeout(timer);
  }
}
