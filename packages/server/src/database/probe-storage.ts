import type pg from 'pg';
import { useClient } from './use-client.ts';

export interface StorageProbe {
  /** Time at which the oldest waiting delivery was received; null when none waits. */
  oldestReceived: Date | null;
}

const PROBE = `
with written as (
  insert into storage_probes (id, at) values (1, now()) on conflict (id) do update set at = excluded.at)
select (select received_at from deliveries where status = 'received' order by id limit 1) as oldest`;

/** Checks that the database can store deliveries, by writing and committing a row in one statement. Rejects after the timeout. */
export function probeStorage(pool: Pick<pg.Pool, 'connect'>, timeoutMs: number): Promise<StorageProbe> {
  return useClient(pool, AbortSignal.timeout(timeoutMs), async (client) => {
    const { rows } = await client.query<{ oldest: Date | null }>(PROBE);
    return { oldestReceived: rows[0]?.oldest ?? null };
  });
}
