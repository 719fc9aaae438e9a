import { sql } from 'kysely';
import type { Database } from '../../store/database.ts';

/** Rows of each queue that are not done, counted up to `most`. */
export async function countWaiting(db: Database, most: number): Promise<{ queue: string; waiting: number }[]> {
  const { rows } = await sql<{ queue: string; waiting: number }>`
    select 'deliveries' as queue, count(*) as waiting
      from (select 1 from deliveries where status = 'received' limit ${most}) as received
    union all
    select 'deliveries_held', count(*)
      from (select 1 from deliveries where status = 'held' limit ${most}) as held
    union all
    select 'outbox', count(*) from (select 1 from outbox limit ${most}) as intents
    union all
    select 'jobs', count(*) from (select 1 from jobs where status in ('pending', 'running') limit ${most}) as unfinished
  `.execute(db);
  return rows;
}

/** Integrations by status. */
export async function countIntegrations(db: Database): Promise<{ status: string; count: number }[]> {
  return db
    .selectFrom('integrations')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute();
}
