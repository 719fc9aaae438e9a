import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { endWhenSilent } from './end-when-silent.ts';
import type { PrimaryHost } from './primary-host.ts';
import { type SessionLimits, startSession } from './start-session.ts';

/** Longest time in ms that a caller waits for a database that restarts or fails over. */
const PATIENCE_MS = 5000;
const RETRY_PAUSE_MS = 100;

/** SQLSTATEs of a server that will become available again: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING_STATES = new Set(['57P01', '57P02', '57P03', '53300', '25006']);

/** Thrown when a new connection reached a standby, so that the pool looks for the primary and tries again. */
class NotPrimaryError extends Error {}

interface FailoverPoolSettings {
  options: pg.PoolConfig;
  limits: SessionLimits;
  /** Time in ms without a response after which a connection is ended. It must be longer than any statement may take. */
  silenceMs: number;
  workerId: number | undefined;
  primary: PrimaryHost;
  needsPrimary: boolean;
  log: Logger;
}

/**
 * A connection pool whose `connect` retries for some seconds while the database restarts or fails over, because a webhook may be sent
 * only once. Only connecting is retried, never a statement.
 */
export class FailoverPool extends pg.Pool {
  readonly #primary: PrimaryHost;

  constructor({ options, limits, silenceMs, workerId, primary, needsPrimary, log }: FailoverPoolSettings) {
    const idle = new Set<pg.PoolClient>();
    /**
     * Closes the idle connections when one connection gets no response: they have most likely lost the database too, and each would be
     * noticed only when it is used.
     */
    const endIdle = (): void => {
      for (const client of idle) client.connection.stream.destroy();
    };
    super({
      ...options,
      // The pool creates its clients with `new`, so that a subclass is the way to give each one the current host.
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
    // Without these listeners a connection that breaks while it is idle would end the process.
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

/**
 * Returns true when connecting again may succeed: the error is no response, or a response that means "not now". Permanent refusals are
 * not retried.
 */
function isPassing(error: unknown): boolean {
  return error instanceof pg.DatabaseError ? PASSING_STATES.has(error.code ?? '') : true;
}
