import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { JobError, JobRow } from './job.ts';
import { addJobEvent } from './job-event-queries.ts';
import { endColumns } from './job-lease-queries.ts';
import { deleteJobSources } from './job-source-queries.ts';

const NEVER_CAME: JobError = {
  code: 'job.source_missing',
  detail: 'Nobody uploaded its source. Ask for the analysis again, then PUT a tar.gz to its /source.',
};
const BATCH = 100;

/**
 * Fails jobs that have waited too long, with the error that they waited for. Skips jobs whose upload began within 15 minutes, and jobs
 * that are due, which get one more attempt.
 */
export function failOverdueJobs(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { rows: jobs } = await sql<Pick<JobRow, 'id' | 'error'>>`
      select id, error from jobs j
      where give_up_at < now() and status in ('pending', 'awaiting_source') and (status = 'awaiting_source' or not_before > now())
        and not exists (select from job_sources s where s.job_id = j.id and s.created_at > now() - interval '15 minutes')
      order by give_up_at limit ${BATCH} for update skip locked`.execute(trx);
    for (const { id, error } of jobs) {
      const reason = (error as JobError | null) ?? NEVER_CAME;
      await trx
        .updateTable('jobs')
        .set(endColumns({ status: 'failed', error: reason }))
        .where('id', '=', id)
        .execute();
      await addJobEvent(trx, id, 'failed', { error: reason });
    }
    if (jobs.length > 0)
      await deleteJobSources(
        trx,
        jobs.map(({ id }) => id),
      );
  });
}
