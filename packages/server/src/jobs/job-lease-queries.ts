import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { jsonText } from '../database/json-text.ts';
import type { JobError, JobRow } from './job.ts';
import { addJobEvent } from './job-event-queries.ts';
import { deleteJobSources } from './job-source-queries.ts';

/** One attempt at a job. Whoever does not hold it any more writes nothing. */
export interface JobLease {
  jobId: number;
  /** Unique to the attempt. */
  owner: string;
}

/** Extends the lease. Returns true when the job is to be cancelled; undefined when the lease is lost. */
export async function extendLease(db: Database, lease: JobLease, leaseMs: number): Promise<boolean | undefined> {
  const row = await db
    .updateTable('jobs')
    .set({ lease_until: fromNow(leaseMs) })
    .where('id', '=', lease.jobId)
    .where('lease_owner', '=', lease.owner)
    .returning('cancel_requested')
    .executeTakeFirst();
  return row?.cancel_requested;
}

/** True when another worker has claimed the job since the attempt with this number, whether it has ended or not. */
export async function wasTakenOver(db: Database, { jobId, owner }: JobLease, attempt: number): Promise<boolean> {
  const row = await db
    .selectFrom('jobs')
    .select(['attempts', 'lease_owner'])
    .where('id', '=', jobId)
    .executeTakeFirst();
  if (row === undefined) return false;
  return row.attempts > attempt || (row.lease_owner !== null && row.lease_owner !== owner);
}

export interface JobProgress {
  progress: number;
  current_step: string;
  detail?: Record<string, unknown>;
}

export function writeJobProgress(db: Database, lease: JobLease, { detail, ...columns }: JobProgress): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('jobs')
      .set({ ...columns, updated_at: sql<Date>`now()` })
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    await addJobEvent(trx, lease.jobId, 'progress', detail === undefined ? columns : { ...columns, detail });
  });
}

/** Another worker has the job. */
export class JobLeaseLostError extends Error {}

/** Throws JobLeaseLostError, so that a transaction that it belongs to is taken back. */
export async function writeJobCheckpoint(db: Database | Transaction, lease: JobLease, value: unknown): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({
      checkpoint: JSON.stringify(value ?? null),
      // It gets on: the next failure is a first one.
      failures: 0,
      give_up_at: null,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', lease.jobId)
    .where('lease_owner', '=', lease.owner)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new JobLeaseLostError(`another worker has job ${lease.jobId}`);
}

export type JobOutcome =
  | { status: 'completed'; result: unknown }
  | { status: 'failed'; error: Record<string, unknown> }
  | { status: 'cancelled' };

/**
 * Ends a job, once: after that nobody holds it. `also` is written with it, or not at all. Returns true when the lease was still
 * held. A reason that was set while the job ran (`job.superseded`) is shown only when the job ends as cancelled.
 */
export function finishJob(
  db: Database,
  lease: JobLease,
  outcome: JobOutcome,
  also?: (trx: Transaction, job: JobRow) => Promise<void>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const job = await trx
      .updateTable('jobs')
      .set(endColumns(outcome))
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .returningAll()
      .executeTakeFirst();
    if (job === undefined) return false;
    await also?.(trx, job);
    await deleteJobSources(trx, [lease.jobId]);
    await addJobEvent(trx, lease.jobId, outcome.status, endData(outcome, job));
    return true;
  });
}

/** The columns that end a job. */
export function endColumns(outcome: JobOutcome) {
  const columns =
    outcome.status === 'completed'
      ? { result: jsonText(outcome.result), error: null, progress: 100, current_step: null }
      : outcome.status === 'failed'
        ? { error: jsonText(outcome.error) }
        : {};
  return {
    ...columns,
    status: outcome.status,
    lease_owner: null,
    lease_until: null,
    completed_at: sql<Date>`now()`,
    updated_at: sql<Date>`now()`,
  };
}

function endData(outcome: JobOutcome, { error }: JobRow): Record<string, unknown> {
  const { status, ...data } = outcome;
  if (status === 'completed') return { progress: 100, ...data };
  return status === 'cancelled' && error !== null ? { error } : data;
}

export interface AwaitedSource {
  /** For people: what it waits for and why. */
  step: string;
  /** Why the source could not be had. The job fails with it when nobody begins an upload in time. */
  error: JobError;
  patienceMs: number;
}

/**
 * Lets a job wait for a source that a person or the Action uploads. The attempt does not count. One that is to be cancelled ends
 * instead. Either way the lease is not held any more.
 */
export async function awaitJobSource(
  db: Database,
  lease: JobLease,
  { step, error, patienceMs }: AwaitedSource,
): Promise<void> {
  const waits = await db.transaction().execute(async (trx) => {
    const job = await trx
      .updateTable('jobs')
      .set({
        status: 'awaiting_source',
        current_step: step,
        error: jsonText(error),
        give_up_at: fromNow(patienceMs),
        lease_owner: null,
        lease_until: null,
        attempts: sql<number>`attempts - 1`,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .where('cancel_requested', '=', false)
      .returning(['progress', 'current_step', 'status'])
      .executeTakeFirst();
    if (job !== undefined) await addJobEvent(trx, lease.jobId, 'progress', job);
    return job !== undefined;
  });
  if (!waits) await finishJob(db, lease, { status: 'cancelled' });
}

/** A job that cannot go on before the provider can be asked again. */
export interface JobWait {
  /** 'signal': until its integration is resumed. */
  delayMs: number | 'signal';
  /** Failures in a row, this one included. */
  failures: number;
  /** For people: what it waits for. */
  step: string;
  /** The error of the job if it waits too long. */
  error: Record<string, unknown>;
  /** The longest time that it waits, counted from the first wait. */
  patienceMs: number;
}

/** If the integration works again already, no signal will follow, so the job is retried after this pause. */
const ALREADY_BACK_MS = 2000;

/**
 * Lets a job wait without a worker, and be run again from its checkpoint. The attempt does not count. False: it would have waited too
 * long in all, and the caller ends it. One that is to be cancelled ends instead. Unless false, the lease is not held any more.
 */
export async function postponeJob(
  db: Database,
  lease: JobLease,
  { delayMs, failures, step, error, patienceMs }: JobWait,
): Promise<boolean> {
  const isBlocked = sql`exists (
    select from integrations i
    where i.id = jobs.integration_id and (not i.enabled or i.auth_blocked or i.circuit <> 'closed'))`;
  const notBefore =
    delayMs === 'signal'
      ? sql<Date>`case when ${isBlocked} then 'infinity' else ${fromNow(ALREADY_BACK_MS)} end`
      : fromNow(delayMs);
  const giveUpAt = sql<Date>`coalesce(give_up_at, ${fromNow(patienceMs)})`;
  const earliest = fromNow(delayMs === 'signal' ? 0 : delayMs);
  const outcome = await db.transaction().execute(async (trx) => {
    const job = await trx
      .selectFrom('jobs')
      .select(['cancel_requested', 'current_step'])
      .select(sql<boolean>`${earliest} <= ${giveUpAt}`.as('is_in_time'))
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .forUpdate()
      .executeTakeFirst();
    if (job === undefined || job.cancel_requested) return job === undefined ? 'lost' : 'cancelled';
    if (!job.is_in_time) return 'too_late';
    const { progress } = await trx
      .updateTable('jobs')
      .set({
        status: 'pending',
        current_step: step,
        error: jsonText(error),
        failures,
        not_before: notBefore,
        give_up_at: giveUpAt,
        lease_owner: null,
        lease_until: null,
        attempts: sql<number>`attempts - 1`,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', lease.jobId)
      .returning('progress')
      .executeTakeFirstOrThrow();
    if (job.current_step !== step) await addJobEvent(trx, lease.jobId, 'progress', { progress, current_step: step });
    return 'waits';
  });
  if (outcome === 'cancelled') await finishJob(db, lease, { status: 'cancelled' });
  return outcome !== 'too_late';
}

/** Gives a job back to be run again after `delayMs`, by whoever is free. `counts`: the attempt was one of those it may have. */
export async function handBackJob(db: Database, lease: JobLease, delayMs: number, counts: boolean): Promise<void> {
  await db
    .updateTable('jobs')
    .set({
      status: 'pending',
      lease_owner: null,
      lease_until: null,
      not_before: fromNow(delayMs),
      ...(counts ? {} : { attempts: sql<number>`attempts - 1` }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', lease.jobId)
    .where('lease_owner', '=', lease.owner)
    .execute();
  await sql`select pg_notify('jobs', ${String(lease.jobId)})`.execute(db);
}

const fromNow = (milliseconds: number) => sql<Date>`now() + ${milliseconds} * interval '1 millisecond'`;
