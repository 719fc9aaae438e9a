import type pg from 'pg';

export interface StorageProbe {
  /** When the oldest delivery that waits was received; null: none waits. */
  oldestReceived: Date | null;
}

const PROBE = `
with written as (
  insert into storage_probes (id, at) values (1, now()) on conflict (id) do update set at = excluded.at)
select (select received_at from deliveries where status = 'received' order by id limit 1) as oldest`;

/**
 * Writes and commits a row as a delivery is, in one statement. Rejects after the timeout; a connection that does not respond in time is
 * closed, so that probes never use up the pool.
 */
export async function probeStorage(pool: Pick<pg.Pool, 'connect'>, timeoutMs: number): Promise<StorageProbe> {
  const late = AbortSignal.timeout(timeoutMs);
  const client = await pool.connect();
  const discard = (): void => client.release(true);
  if (late.aborted) {
    client.release();
    throw late.reason;
  }
  late.addEventListener('abort', discard, { once: true });
  try {
    const { rows } = await client.query<{ oldest: Date | null }>(PROBE);
    return { oldestReceived: rows[0]?.oldest ?? null };
  } finally {
    late.removeEventListener('abort', discard);
    if (!late.aborted) client.release();
  }
}
