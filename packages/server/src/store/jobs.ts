import { type Selectable, sql } from 'kysely';
import type { Actor } from '../domain/actor.ts';
import type { Database, Transaction } from './database.ts';
import type { Job } from './schema.ts';

export type JobRow = Selectable<Job>;

export const jobStatuses = ['pending', 'awaiting_source', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

const UNFINISHED = ['pending', 'awaiting_source', 'running'];

export interface NewJob {
  project_id: number;
  job_type: string;
  parameters: Record<string, unknown>;
  /** Jobs of one project with equal keys are one job while it is unfinished. */
  request_key?: string;
  /** Always a new job. It takes the key over from an unfinished one, so that later equal requests find the newer. */
  fresh?: boolean;
  actor: Actor;
  integration_id?: number | null;
  repository_id?: number | null;
}

/** Makes a job, or answers the unfinished one with the same request key. Workers are woken when the transaction commits. */
export async function createJob(trx: Transaction, job: NewJob): Promise<{ job: JobRow; created: boolean }> {
  if (job.fresh === true && job.request_key !== undefined) {
    await trx
      .updateTable('jobs')
      .set({ request_key: null })
      .where('project_id', '=', job.project_id)
      .where('request_key', '=', job.request_key)
      .where('status', 'in', UNFINISHED)
      .execute();
  }
  const values = {
    project_id: job.project_id,
    job_type: job.job_type,
    parameters: JSON.stringify(job.parameters),
    request_key: job.request_key ?? null,
    actor: JSON.stringify(job.actor),
    integration_id: job.integration_id ?? null,
    repository_id: job.repository_id ?? null,
  };
  // The unfinished job that made the insert conflict may finish before it is read; then the next insert succeeds.
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
    const existing = await trx
      .selectFrom('jobs')
      .selectAll()
      .where('project_id', '=', job.project_id)
      .where('request_key', '=', job.request_key ?? null)
      .where('status', 'in', UNFINISHED)
      .executeTakeFirst();
    if (existing !== undefined) return { job: existing, created: false };
  }
}

/** The job, whatever its project. */
export function findJob(db: Database | Transaction, id: number): Promise<JobRow | undefined> {
  return db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}
