import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from './loop.ts';

/**
 * Notifies every process on the same database that there may be work. Callers must also poll, because notifications are lost while
 * disconnected.
 */
export interface Notifier {
  /** Calls the handler for each notification on the channel. Returns a function that ends the subscription. */
  subscribe(channel: string, handler: (payload: string) => void): () => void;
  /**
   * Sends a notification at once; inside a transaction use `select pg_notify(channel, payload)` instead. The payload has at most 7,999
   * bytes.
   */
  notify(channel: string, payload?: string): Promise<void>;
  /**
   * Calls the handler after every connect except the first, so that it looks for work whose notification was lost. Returns a function
   * that removes the handler.
   */
  onReconnect(handler: () => void): () => void;
  close(): Promise<void>;
}

export interface NotifierOptions {
  openClient(purpose: string): Promise<pg.Client>;
  pool: Pick<pg.Pool, 'query'>;
  log: Logger;
}

/** Time in ms between two checks of the connection, and therefore until a connection that died silently is noticed. */
const CHECK_INTERVAL_MS = 15_000;
const CHECK_TIMEOUT_MS = 10_000;

/** Starts to listen on a separate connection, which is reopened when it is lost. Resolves once the connection listens. */
export async function startNotifier({ openClient, pool, log }: NotifierOptions): Promise<Notifier> {
  const handlers = new Map<string, Set<(payload: string) => void>>();
  const reconnectHandlers = new Set<() => void>();
  let client: pg.Client | undefined;
  let loop: Loop | undefined;
  let connects = 0;

  /**
   * Completion of the last statement. Statements are queued, because a pg client must not get a second one before the first has returned.
   */
  let last: Promise<unknown> = Promise.resolve();
  const send = (open: pg.Client, statement: string): Promise<unknown> => {
    const sent = last.then(() => open.query(statement));
    // This promise only orders the statements. The caller of `send` gets the error.
    last = sent.catch(() => undefined);
    return sent;
  };

  const listen = (channel: string): void => {
    if (client === undefined) return;
    // Listening fails only when the connection is lost. Its end event then opens a new one, which listens to all channels.
    send(client, `listen ${quoteIdentifier(channel)}`).catch((error) =>
      log.debug({ err: error, channel }, 'listen failed'),
    );
  };

  const connect = async (): Promise<void> => {
    const fresh = await openClient('notifications');
    fresh.on('notification', ({ channel, payload }) => {
      for (const handler of handlers.get(channel) ?? []) handler(payload ?? '');
    });
    fresh.once('end', () => {
      if (client !== fresh) return;
      client = undefined;
      loop?.wake();
    });
    for (const channel of handlers.keys()) await send(fresh, `listen ${quoteIdentifier(channel)}`);
    client = fresh;
    connects += 1;
    if (connects > 1) for (const handler of reconnectHandlers) handler();
  };

  const check = async (open: pg.Client): Promise<void> => {
    const timeout = setTimeout(() => open.end(), CHECK_TIMEOUT_MS);
    try {
      await send(open, 'select 1');
    } finally {
      clearTimeout(timeout);
    }
  };

  await connect();
  loop = startLoop({
    name: 'notifications',
    log,
    intervalMs: CHECK_INTERVAL_MS,
    async step() {
      if (client === undefined) await connect();
      else await check(client);
      return 'idle';
    },
  });

  return {
    subscribe(channel, handler) {
      const existing = handlers.get(channel);
      if (existing === undefined) {
        handlers.set(channel, new Set([handler]));
        listen(channel);
      } else existing.add(handler);
      return () => void handlers.get(channel)?.delete(handler);
    },
    async notify(channel, payload = '') {
      await pool.query('select pg_notify($1, $2)', [channel, payload]);
    },
    onReconnect(handler) {
      reconnectHandlers.add(handler);
      return () => void reconnectHandlers.delete(handler);
    },
    async close() {
      await loop.stop();
      const open = client;
      client = undefined;
      await open?.end();
    },
  };
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
