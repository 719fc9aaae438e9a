import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { justDue, pauseUntilDue } from '../../database/due-time.ts';
import { thisWorker } from '../../database/worker-claims.ts';
import type { RepositoryRefusal, RepositoryRow } from './repository-queries.ts';

/** Stores why requests of a repository are refused, or null if it works, and when its access is checked again. */
export async function setRefusal(
  trx: Transaction,
  id: number,
  refusal: RepositoryRefusal | null,
  check: { delayMs: number | null; attempts: number },
): Promise<void> {
  await sql`
    update repositories
    set refusal = ${refusal === null ? null : JSON.stringify(refusal)}::jsonb, check_attempts = ${check.attempts},
        check_at = now() + ${check.delayMs === null ? null : check.delayMs / 1000} * interval '1 second'
    where id = ${id}`.execute(trx);
}

/** Plans the next repository check after `delayMs` milliseconds. The refusal stays as it is. */
export async function scheduleCheck(
  trx: Transaction,
  id: number,
  { delayMs, attempts }: { delayMs: number | null; attempts: number },
): Promise<void> {
  await sql`
    update repositories
    set check_attempts = ${attempts}, check_at = now() + ${delayMs === null ? null : delayMs / 1000} * interval '1 second'
    where id = ${id}`.execute(trx);
}

/** Makes the repository checks of these repositories due now. */
export async function requestChecks(trx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update repositories set check_at = now() where id = any(${ids}::bigint[])`.execute(trx);
  await sql`select pg_notify('repository_checks', '')`.execute(trx);
}

/**
 * Leases the repository whose check has been due longest: `check_at` becomes the end of the lease.
 *
 * @param except ids of integrations whose repositories are left out
 */
export async function claimCheck(
  db: Database,
  leaseSeconds: number,
  except: readonly number[] = [],
): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    update repositories set check_worker = ${thisWorker}, check_at = lease.until, check_lease_until = lease.until
    from (select now() + make_interval(secs => ${leaseSeconds}) as until) lease
    where id = (
      select r.id from repositories r left join integrations i on i.id = r.integration_id
      where r.check_at <= now() and coalesce(r.integration_id, 0) <> all(${except}::bigint[]) and (i.id is null or (i.enabled and not i.auth_blocked and i.circuit = 'closed'))
      order by r.check_at limit 1 for no key update of r skip locked)
    returning repositories.*`.execute(db);
  return rows[0];
}

/**
 * Returns the milliseconds until the next repository check is due, or undefined if none is. `except` are ids of integrations whose
 * repositories are left out.
 */
export async function nextCheckInMs(db: Database, except: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(r.check_at) - now()) * 1000)::float8 as ms
    from repositories r left join integrations i on i.id = r.integration_id
    where r.check_at > ${justDue} and coalesce(r.integration_id, 0) <> all(${except}::bigint[]) and (i.id is null or (i.enabled and not i.auth_blocked and i.circuit = 'closed'))`.execute(
    db,
  );
  return pauseUntilDue(rows[0]?.ms);
}
