import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { endWhenSilent } from './end-when-silent.ts';
import type { PrimaryHost } from './primary-host.ts';
import { type SessionLimits, startSession } from './start-session.ts';

/** The longest time that a caller waits for a database that restarts or fails over. */
const PATIENCE_MS = 5000;
const RETRY_PAUSE_MS = 100;

/** SQLSTATEs of a server that will be there again: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING_STATES = new Set(['57P01', '57P02', '57P03', '53300', '25006']);

/** The host is a standby now: look for the primary. */
class NotPrimaryError extends Error {}

interface FailoverPoolSettings {
  options: pg.PoolConfig;
  limits: SessionLimits;
  /** Longer than any statement may take: a connection that says nothing for so long is ended. */
  silenceMs: number;
  workerId: number | undefined;
  primary: PrimaryHost;
  needsPrimary: boolean;
  log: Logger;
}

/**
 * A pool whose `connect` outlives a restart and a failover: a webhook that was sent once and is never sent again by itself is worth
 * waiting some seconds for. Only connecting is tried again, never a statement.
 */
export class FailoverPool extends pg.Pool {
  readonly #primary: PrimaryHost;

  constructor({ options, limits, silenceMs, workerId, primary, needsPrimary, log }: FailoverPoolSettings) {
    const idle = new Set<pg.PoolClient>();
    /** Those that nobody uses have most likely lost the database with the one that says nothing, and each would be found out only by use. */
    const endIdle = (): void => {
      for (const client of idle) client.connection.stream.destroy();
    };
    super({
      ...options,
      // The pool makes its clients by `new`: this is where the host of the moment gets in.
      Client: class extends pg.Client {
        constructor(clientOptions?: pg.ClientConfig) {
          super({ ...clientOptions, ...primary.current() });
          endWhenSilent(this, silenceMs, endIdle);
        }
      },
      onConnect: async (client: pg.ClientBase) => {
        const { writable } = await startSession(client, limits, workerId);
        if (needsPrimary && !writable) throw new NotPrimaryError('this database host takes no writes now');
      },
    });
    this.#primary = primary;
    this.on('acquire', (client) => idle.delete(client));
    this.on('release', (_error, client) => idle.add(client));
    this.on('remove', (client) => idle.delete(client));
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
    const connecting = this.#connectWithRetry();
    if (callback === undefined) return connecting;
    connecting.then(
      (client) => callback(undefined, client, client.release.bind(client)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  async #connectWithRetry(): Promise<pg.PoolClient> {
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

/** Returns true when a retry may succeed: no response, or a response that means "not now". Permanent refusals are not retried. */
function isPassing(error: unknown): boolean {
  return error instanceof pg.DatabaseError ? PASSING_STATES.has(error.code ?? '') : true;
}
