import { sql } from 'kysely';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '../accounts/actor.ts';
import type { Database, Transaction } from '../database/database.ts';
import { jsonText } from '../database/json-text.ts';
import { type Page, type PageRequest, pageOf } from '../database/page.ts';
import { isFinished, type JobError, type JobRow, type JobStatus, UNFINISHED } from './job.ts';
import type { JobDefinition } from './job-definitions.ts';
import { addJobEvent } from './job-event-queries.ts';
import { deleteJobSources } from './job-source-queries.ts';

export interface NewJob<Parameters extends TSchema = TSchema> {
  project_id: number;
  definition: JobDefinition<Parameters>;
  parameters: Static<Parameters>;
  /** Unfinished jobs of a project with equal request keys are one job: a second request gets the existing one. */
  request_key?: string;
  /**
   * True to create a new job in any case. It takes the request key from an unfinished job, so that later equal requests find the new one.
   */
  fresh?: boolean;
  actor: Actor;
  integration_id?: number | null;
  repository_id?: number | null;
  /** Lane of the job: a group of jobs, by default those of the project. The lanes of a job type take turns. */
  lane?: string;
  /** Set for a job that no worker runs: it waits at most `patienceMs` for its link to settle, and then fails with `error`. */
  follows?: { linkId: number; step: string; patienceMs: number; error: JobError };
}

/** Returns the name of the lane (a group of jobs that takes turns with others) for jobs that need the credential of this integration. */
export const integrationLane = (integrationId: number): string => `integration:${integrationId}`;

/** Returns the name of the lane (a group of jobs that takes turns with others) for jobs of this project that need no credential. */
export const projectLane = (projectId: number): string => `project:${projectId}`;

/** Creates a job, or returns the unfinished job with the same request key. Workers are notified when the transaction commits. */
export async function createJob<Parameters extends TSchema>(
  trx: Transaction,
  job: NewJob<Parameters>,
): Promise<{ job: JobRow; created: boolean }> {
  if (job.fresh === true && job.request_key !== undefined) {
    await trx
      .updateTable('jobs')
      .set({ request_key: null })
      .where('project_id', '=', job.project_id)
      .where('request_key', '=', job.request_key)
      .where('status', 'in', UNFINISHED)
      .execute();
  }
  const { follows } = job;
  const values = {
    project_id: job.project_id,
    job_type: job.definition.type,
    parameters: JSON.stringify(job.parameters),
    request_key: job.request_key ?? null,
    actor: JSON.stringify(job.actor),
    integration_id: job.integration_id ?? null,
    repository_id: job.repository_id ?? null,
    ...(follows === undefined
      ? { lane: job.lane ?? projectLane(job.project_id) }
      : {
          link_id: follows.linkId,
          current_step: follows.step,
          error: jsonText(follows.error),
          not_before: sql<Date>`'infinity'`,
          give_up_at: sql<Date>`now() + ${follows.patienceMs} * interval '1 millisecond'`,
        }),
  };
  // The unfinished job that the insert collided with may finish before it is read; then the next insert succeeds.
  for (;;) {
    const created = await trx
      .insertInto('jobs')
      .values(values)
      .onConflict((on) =>
        on
          .columns(['project_id', 'request_key'])
          .where(sql<boolean>`status in ('pending', 'awaiting_source', 'running')`)
          .doNothing(),
      )
      .returningAll()
      .executeTakeFirst();
    if (created !== undefined) {
      await sql`select pg_notify('jobs', ${String(created.id)})`.execute(trx);
      return { job: created, created: true };
    }
    const existing = await findUnfinishedJob(trx, job.project_id, job.request_key);
    if (existing !== undefined) return { job: existing, created: false };
  }
}

/** Finds the project's unfinished job with this request key, which equal requests share. */
export async function findUnfinishedJob(
  db: Database | Transaction,
  projectId: number,
  requestKey: string | undefined,
): Promise<JobRow | undefined> {
  return db
    .selectFrom('jobs')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('request_key', '=', requestKey ?? null)
    .where('status', 'in', UNFINISHED)
    .executeTakeFirst();
}

/** Finds a job of any project by its id. */
export function findJob(db: Database | Transaction, id: number): Promise<JobRow | undefined> {
  return db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

export interface JobFilter {
  projectIds: readonly number[] | null;
  repositoryId?: number | undefined;
  status?: JobStatus | undefined;
  job_type?: string | undefined;
}

/** Lists the jobs that pass the filter, newest first. */
export async function listJobs(db: Database, filter: JobFilter, page: PageRequest): Promise<Page<JobRow>> {
  let query = db
    .selectFrom('jobs')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.projectIds !== null) query = query.where('project_id', 'in', [...filter.projectIds, 0]);
  if (filter.repositoryId !== undefined) query = query.where('repository_id', '=', filter.repositoryId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.job_type !== undefined) query = query.where('job_type', '=', filter.job_type);
  if (page.after !== undefined) query = query.where('id', '<', page.after);
  return pageOf(await query.execute(), page.limit);
}

/**
 * Cancels a job: a waiting one at once, a running one as soon as its worker notices. A finished job stays as it is. Returns the job as it
 * then is, or undefined when it does not exist.
 */
export async function cancelJob(trx: Transaction, id: number): Promise<JobRow | undefined> {
  const job = await trx.selectFrom('jobs').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (job === undefined || isFinished(job)) return job;
  return giveUpJob(trx, job);
}

/** Result of a canceled job that only followed the sending of a link's changes, which continues. */
const writeGoesOn = {
  detail:
    'Only this job was cancelled. The task is still being sent to the provider; its link shows how that goes. Delete the task to stop it.',
};

/** Cancels an unfinished job that the transaction has locked. `reason` becomes the job's error once it has ended. */
export async function giveUpJob(trx: Transaction, { id, status, link_id }: JobRow, reason?: JobError): Promise<JobRow> {
  const now = sql<Date>`now()`;
  const result = link_id === null ? null : writeGoesOn;
  const cancelled = await trx
    .updateTable('jobs')
    .set({
      cancel_requested: true,
      updated_at: now,
      // A later equal request gets a new job, even before the worker has noticed the cancellation.
      request_key: null,
      ...(status === 'running'
        ? {}
        : // The reason of the job's wait no longer applies.
          { status: 'cancelled', completed_at: now, current_step: null, error: null, result: jsonText(result) }),
      ...(reason === undefined ? {} : { error: jsonText(reason) }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (status !== 'running') {
    await deleteJobSources(trx, [id]);
    await addJobEvent(trx, id, 'cancelled', {
      ...(result === null ? {} : { result }),
      ...(reason === undefined ? {} : { error: reason }),
    });
  }
  await sql`select pg_notify('jobs', ${String(id)})`.execute(trx);
  return cancelled;
}
