import { sql } from 'kysely';
import type { Database, Transaction } from './database.ts';
import { addJobEvent } from './job-events.ts';
import { deleteJobSources } from './job-sources.ts';
import type { JobError, JobRow } from './jobs.ts';
import { jsonText } from './json-text.ts';

/**
 * Drops analyses that ended before, with their jobs; of every repository the last one and the newest of its default branch stay, for
 * the next to be compared with. Answers how many went, `limit` at most.
 */
export async function dropAnalyses(trx: Transaction, before: Date, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from jobs where id in (
      select a.job_id from analyses a join jobs j on j.id = a.job_id
      where j.completed_at < ${before}
        and not exists (select from repositories r where r.id = a.repository_id and r.last_analysis_id = a.job_id)
        and not (a.is_default_branch and a.repository_id is not null and not exists (
          select from analyses newer
          where newer.repository_id = a.repository_id and newer.is_default_branch and newer.job_id > a.job_id))
      order by a.job_id limit ${limit})`.execute(trx);
  return Number(numAffectedRows);
}

const NEVER_CAME: JobError = {
  code: 'job.source_missing',
  detail: 'Nobody uploaded its source. Ask for the analysis again, then PUT a tar.gz to its /source.',
};
const BATCH = 100;

/** Fails jobs that waited for their source in vain, for the reason that they waited. An upload that is under way is waited for. */
export function failAbandonedJobs(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { rows: abandoned } = await sql<Pick<JobRow, 'id' | 'error'>>`
      select id, error from jobs j
      where status = 'awaiting_source' and not_before < now()
        and not exists (select from job_sources s where s.job_id = j.id and s.created_at > now() - interval '15 minutes')
      order by not_before limit ${BATCH} for update skip locked`.execute(trx);
    for (const { id, error } of abandoned) {
      const reason = error ?? NEVER_CAME;
      await trx
        .updateTable('jobs')
        .set({
          status: 'failed',
          error: jsonText(reason),
          completed_at: sql<Date>`now()`,
          updated_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .execute();
      await addJobEvent(trx, id, 'failed', { error: reason });
    }
    if (abandoned.length > 0)
      await deleteJobSources(
        trx,
        abandoned.map(({ id }) => id),
      );
  });
}
