import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { justDue, pauseUntilDue } from '../database/due-time.ts';
import { thisWorker } from '../database/worker-claims.ts';
import type { LinkRow } from './link/link-queries.ts';

/** Numbers of due reads, per integration and in all, among which a claim looks, so that processes do not all compete for one. */
const LOOKED_AT = 4;
const CANDIDATES = 32;

/** Wakes the workers that read items, when the transaction commits. */
export async function notifyRefetch(trx: Transaction): Promise<void> {
  await sql`select pg_notify('refetch', '')`.execute(trx);
}

/**
 * Leases and returns the link whose item has waited longest to be read; `refetch_at` becomes the end of the lease. The cost grows with
 * the number of integrations that have items to read.
 *
 * @param except ids of integrations to leave out
 */
export async function claimRefetch(
  db: Database,
  leaseSeconds: number,
  except: readonly number[] = [],
): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`
    with recursive lanes (id) as (
      (select integration_id from links where refetch_at is not null order by integration_id limit 1)
      union all
      select (
        select l.integration_id from links l
        where l.refetch_at is not null and l.integration_id > lanes.id order by l.integration_id limit 1)
      from lanes where lanes.id is not null
    ), due as materialized (
      select head.* from lanes cross join lateral (
        select l.id, l.refetch_at from links l
        where l.integration_id = lanes.id and l.refetch_at <= now() order by l.refetch_at limit ${LOOKED_AT}) head
      where lanes.id <> all(${except}::bigint[])
      order by head.refetch_at limit ${CANDIDATES}
    )
    update links set refetch_worker = ${thisWorker}, refetch_at = lease.until, refetch_lease_until = lease.until
    from (select date_trunc('milliseconds', now()) + make_interval(secs => ${leaseSeconds}) as until) lease
    where id = (
      select l.id from due join links l on l.id = due.id
      where l.refetch_at <= now() order by due.refetch_at limit 1 for no key update of l skip locked)
    returning links.*`.execute(db);
  return rows[0];
}

/** Returns the milliseconds until a read of an item becomes due, leaving out the integrations `except`; undefined if none is planned. */
export async function nextRefetchInMs(db: Database, except: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(refetch_at) - now()) * 1000)::float8 as ms from links
    where refetch_at > ${justDue} and integration_id <> all(${except}::bigint[])`.execute(db);
  return pauseUntilDue(rows[0]?.ms);
}

/** Ends the planned read of a link's item, unless another read was requested meanwhile. */
export async function finishRefetch(trx: Transaction, claimed: Pick<LinkRow, 'id' | 'refetch_at'>): Promise<void> {
  await sql`
    update links set refetch_at = null, refetch_attempts = 0, candidate = null
    where id = ${claimed.id} and refetch_at = ${claimed.refetch_at}`.execute(trx);
}

/** Plans the read of a link's item again after `delayMs`, because it failed, unless another read was requested meanwhile. */
export async function postponeRefetch(
  db: Database | Transaction,
  claimed: Pick<LinkRow, 'id' | 'refetch_at'>,
  { delayMs, attempts }: { delayMs: number; attempts: number },
): Promise<void> {
  await sql`
    update links set refetch_at = now() + make_interval(secs => ${delayMs / 1000}), refetch_attempts = ${attempts}
    where id = ${claimed.id} and refetch_at = ${claimed.refetch_at}`.execute(db);
}

/** Makes the planned reads of a repository's items due now. */
export async function readNow(trx: Transaction, repositoryId: number): Promise<void> {
  await sql`update links set refetch_at = now() where repository_id = ${repositoryId} and refetch_at > now()`.execute(
    trx,
  );
  await notifyRefetch(trx);
}
