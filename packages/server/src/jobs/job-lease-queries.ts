import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { jsonText } from '../database/json-text.ts';
import type { JobError, JobRow } from './job.ts';
import { addJobEvent } from './job-event-queries.ts';
import { deleteJobSources } from './job-source-queries.ts';

/** Lease of one attempt at a job. Nothing is written for an attempt whose lease is lost. */
export interface JobLease {
  jobId: number;
  /** Lease owner, unique to this attempt at the job. */
  owner: string;
}

/** Extends the lease of a job. Returns whether the job is to be canceled, or undefined when the lease is lost. */
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

/** Thrown when another worker has claimed the job. */
export class JobLeaseLostError extends Error {}

/** Stores a job's checkpoint. Throws JobLeaseLostError when the lease is lost, which rolls back the caller's transaction. */
export async function writeJobCheckpoint(db: Database | Transaction, lease: JobLease, value: unknown): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({
      checkpoint: JSON.stringify(value ?? null),
      // A checkpoint is progress, so that the next failure counts as the first one.
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
 * Ends a job and releases its lease. `also` writes in the same transaction. Returns true when the lease was still held, and writes
 * nothing otherwise. A reason that was set while the job ran (`job.superseded`) is shown only when the job ends as canceled.
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

/** Returns the values of the columns that end a job with this outcome. */
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
  /** Text for people that says what the job waits for and why. */
  step: string;
  /** Reason why the source could not be fetched. The job fails with it when nobody begins an upload in time. */
  error: JobError;
  patienceMs: number;
}

/**
 * Lets a job wait for a source that a person or the Action uploads, without counting the attempt. Ends the job instead when it is to be
 * canceled. The lease is released in both cases.
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

/** Describes the wait of a job that cannot continue before the provider can be asked again. */
export interface JobWait {
  /** Pause in ms before the next attempt; `signal` to wait until the job's integration is resumed. */
  delayMs: number | 'signal';
  /** Number of failures in a row, including this one. */
  failures: number;
  /** Text for people that says what the job waits for. */
  step: string;
  /** Error with which the job fails when it waits too long. */
  error: Record<string, unknown>;
  /** Longest total wait in ms, counted from the first one. */
  patienceMs: number;
}

/** Pause in ms of a job that waits for a signal although its integration already works again, so that no signal will follow. */
const ALREADY_BACK_MS = 2000;

/**
 * Lets a job wait without a worker until it runs again from its checkpoint. The attempt does not count. Ends the job instead when it is
 * to be canceled. Returns false when the total wait would be too long: the lease is then kept, and the caller ends the job.
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

/**
 * Releases a job so that any worker runs it again after `delayMs`. `counts` says whether the attempt counts towards the limit of
 * attempts.
 */
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
