import { sql } from 'kysely';
import { ADVISORY_LOCKS } from '../database/advisory-locks.ts';
import type { Transaction } from '../database/database.ts';

/** Most rows of a table that one pass deletes. */
const BATCH = 5000;
const DAY_MS = 86_400_000;
/** Days for which a deleted task can be restored. */
const DELETED_TASK_DAYS = 30;
/** Days for which an alias is kept. Events of an item that was deleted before it was seen do not arrive later. */
const ALIAS_DAYS = 90;
const FORMER_NAME_DAYS = 365;
const [lockClass, lock] = ADVISORY_LOCKS.housekeeping;

/** Number of days for which rows of each kind are kept. */
export interface RetentionDays {
  deliveries: number;
  jobs: number;
  audit: number;
}

/** Returns true for the only process that may delete expired rows until its transaction ends. */
export async function lockHousekeeping(trx: Transaction): Promise<boolean> {
  const { rows } = await sql<{
    mine: boolean;
  }>`select pg_try_advisory_xact_lock(${lockClass}, ${lock}) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

/** Deletes a bounded number of rows that are past their retention. Returns true when there may be more. */
export async function deleteExpiredRows(trx: Transaction, now: Date, days: RetentionDays): Promise<boolean> {
  const daysAgo = (count: number): Date => new Date(now.getTime() - count * DAY_MS);
  const dropped = [
    // Ids are in the order of time, so that the oldest deliveries are found by id without reading the rest.
    await sql`
      delete from deliveries where id in (
        select id from (select id, received_at from deliveries order by id limit ${BATCH}) oldest
        where received_at < ${daysAgo(days.deliveries)})`.execute(trx),
    await sql`
      delete from jobs where id in (
        select id from jobs where completed_at < ${daysAgo(days.jobs)}
        and status in ('completed', 'failed', 'cancelled') and not exists (select from analyses where job_id = jobs.id)
        order by id limit ${BATCH})`.execute(trx),
    await sql`
      delete from audit_log where id in (
        select id from audit_log where at < ${daysAgo(days.audit)} order by at limit ${BATCH})`.execute(trx),
    await sql`
      delete from idempotency_keys where ctid in (
        select ctid from idempotency_keys where created_at < ${daysAgo(1)} limit ${BATCH})`.execute(trx),
    // Only tokens of workflows are deleted, because each run creates one. They are kept for a day after they expired, so that using them
    // returns `token.expired`; tokens of people are kept for good.
    await sql`
      delete from api_tokens where id in (
        select id from api_tokens
        where trusted_repository_id is not null and expires_at < ${daysAgo(1)} limit ${BATCH})`.execute(trx),
    // The links of deleted tasks stay as tombstones, so that their items do not come back.
    await sql`
      delete from tasks where id in (
        select id from tasks where deleted_at < ${daysAgo(DELETED_TASK_DAYS)} order by deleted_at limit ${BATCH})`.execute(
      trx,
    ),
    await sql`
      delete from link_aliases where ctid in (
        select ctid from link_aliases where link_id is null and at < ${daysAgo(ALIAS_DAYS)} limit ${BATCH})`.execute(
      trx,
    ),
    await sql`
      delete from repository_names where until < ${daysAgo(FORMER_NAME_DAYS)}`.execute(trx),
    await sql`
      delete from used_id_tokens where ctid in (
        select ctid from used_id_tokens where expires_at < ${now} limit ${BATCH})`.execute(trx),
  ];
  return dropped.some(({ numAffectedRows = 0n }) => numAffectedRows === BigInt(BATCH));
}
