import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { PrimaryHost } from './primary-host.ts';
import { limitSilence } from './silence-limit.ts';
import { type SessionLimits, startSession } from './start-session.ts';

/** How long a caller waits for a database that restarts or fails over before it gets the error. */
const PATIENCE_MS = 5000;
const RETRY_PAUSE_MS = 100;
/** A transaction may raise the limit of its statements to this. */
const LONGEST_STATEMENT_MS = 30_000;
const SILENCE_MARGIN_MS = 5000;

/** SQLSTATEs of a server that will be there again: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING_STATES = new Set(['57P01', '57P02', '57P03', '53300', '25006']);

/** The host is a standby now: look for the primary. */
class NotPrimaryError extends Error {}

interface PatientPoolSettings {
  options: pg.PoolConfig;
  limits: SessionLimits;
  workerId: number | undefined;
  primary: PrimaryHost;
  needsPrimary: boolean;
  log: Logger;
}

/**
 * A pool whose `connect` outlives a restart and a failover: a webhook that was sent once and is never sent again by itself is worth
 * waiting some seconds for. Only connecting is tried again, never a statement.
 */
export class PatientPool extends pg.Pool {
  readonly #primary: PrimaryHost;

  constructor({ options, limits, workerId, primary, needsPrimary, log }: PatientPoolSettings) {
    super({
      ...options,
      // The pool makes its clients by `new`: this is where the host of the moment gets in.
      Client: class extends pg.Client {
        constructor(clientOptions?: pg.ClientConfig) {
          super({ ...clientOptions, ...primary.current() });
          limitSilence(this, Math.max(limits.statementMs, LONGEST_STATEMENT_MS) + SILENCE_MARGIN_MS);
        }
      },
      onConnect: async (client: pg.ClientBase) => {
        const { writable } = await startSession(client, limits, workerId);
        if (needsPrimary && !writable) throw new NotPrimaryError('this database host takes no writes now');
      },
    });
    this.#primary = primary;
    // Without listeners a connection that breaks while nobody uses it would end the process.
    this.on('error', (error) => log.debug({ err: error }, 'idle database connection lost'));
    this.on('connect', (client) =>
      client.on('error', (error) => log.debug({ err: error }, 'database connection lost')),
    );
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      release: (error?: Error | boolean) => void,
    ) => void,
  ): void;
  override connect(
    callback?: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      release: (error?: Error | boolean) => void,
    ) => void,
  ): Promise<pg.PoolClient> | undefined {
    const connecting = this.#connectPatiently();
    if (callback === undefined) return connecting;
    connecting.then(
      (client) => callback(undefined, client, client.release.bind(client)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  async #connectPatiently(): Promise<pg.PoolClient> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await super.connect();
      } catch (error) {
        if (!isPassing(error) || Date.now() + RETRY_PAUSE_MS > deadline || this.ending) throw error;
        await sleep(RETRY_PAUSE_MS);
        await this.#primary.look();
      }
    }
  }
}

/** Worth another try soon: no answer at all, or one that says "not now". What the server refuses for good is not. */
function isPassing(error: unknown): boolean {
  return error instanceof pg.DatabaseError ? PASSING_STATES.has(error.code ?? '') : true;
}
