import type pg from 'pg';
import { SilentDatabaseError } from './silent-database-error.ts';

/** Name of the session setting that holds the id of the process with background work. */
export const WORKER_SETTING = 'commandcenter.worker';

/** Time limits of a session, in milliseconds. */
export interface SessionLimits {
  statementMs: number;
  lockMs: number;
  idleInTransactionMs: number;
}

/** Time limit in ms for the statement that sets the session's limits, which do not apply to that statement yet. */
const START_TIMEOUT_MS = 5000;

/**
 * Sets the time limits and the worker id of a new connection in one statement. They are not startup parameters, because PgBouncer refuses
 * a connection with parameters that it does not know: https://www.pgbouncer.org/config.html#ignore_startup_parameters
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
