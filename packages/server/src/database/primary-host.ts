import pg, { type ClientConfig } from 'pg';
import type { DatabaseTarget } from './database-url.ts';

const PROBE_TIMEOUT_MS = 3000;

/** Remembers which host of a DATABASE_URL accepts writes at present. */
export interface PrimaryHost {
  current(): ClientConfig;
  /** Checks all hosts; concurrent callers share one check. Leaves `current()` unchanged when no host accepts writes. */
  look(): Promise<void>;
}

export function trackPrimaryHost(target: DatabaseTarget): PrimaryHost {
  let current = target.hosts[0];
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const isPrimary = await Promise.all(target.hosts.map(takesWrites));
    current = target.hosts[isPrimary.indexOf(true)] ?? current;
  };

  return {
    current: () => current,
    async look() {
      if (target.hosts.length === 1) return;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    },
  };
}

async function takesWrites(host: ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...host, connectionTimeoutMillis: PROBE_TIMEOUT_MS, query_timeout: PROBE_TIMEOUT_MS });
  // A connection that breaks between two calls emits an error event too, which would end the process without a listener.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await isWritable(client);
  } catch {
    // A host that cannot be reached does not accept writes.
    return false;
  } finally {
    // The connection is not used any more, whatever becomes of its end.
    client.end().catch(() => undefined);
  }
}

/** Returns true when the server accepts writes, which is false on a standby and on a read-only server. */
export async function isWritable(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
  return rows[0]?.transaction_read_only === 'off';
}
