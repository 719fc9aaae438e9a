import { sql } from 'kysely';
import type { Transaction } from '../database/database.ts';
import { type AnalysisRequest, analysisDepths } from './analysis-request.ts';
import type { JobRow } from './job.ts';
import { giveUpJob } from './job-queries.ts';

/**
 * Cancels unfinished analyses that a new analysis with a commit replaces: those of other commits of the same pull request, or of the same
 * branch when the new one is at least as deep. A running one is told to stop; all end `cancelled` with the error `job.superseded`.
 * Returns their ids.
 */
export async function supersedeOlderAnalyses(
  trx: Transaction,
  job: JobRow,
  { commit_sha, pr_number, branch, depth }: AnalysisRequest,
): Promise<number[]> {
  if (job.repository_id === null || commit_sha === undefined) return [];
  const line =
    pr_number !== undefined
      ? sql`parameters -> 'pr_number' = to_jsonb(${pr_number}::integer)`
      : branch !== undefined
        ? sql`not parameters ? 'pr_number' and parameters ->> 'branch' = ${branch}
            and parameters ->> 'depth' = any(${analysisDepths.slice(0, analysisDepths.indexOf(depth) + 1)})`
        : undefined;
  if (line === undefined) return [];
  const { rows: older } = await sql<JobRow>`
    select * from jobs
    where project_id = ${job.project_id} and repository_id = ${job.repository_id} and job_type = ${job.job_type} and id < ${job.id}
      and status in ('pending', 'awaiting_source', 'running') and not cancel_requested
      and ${line} and parameters ->> 'commit_sha' is distinct from ${commit_sha}
    order by id for update`.execute(trx);
  for (const row of older) {
    await giveUpJob(trx, row, {
      code: 'job.superseded',
      detail: `A newer commit of the ${pr_number === undefined ? 'branch' : 'pull request'} is analysed instead, by job ${job.id}.`,
      superseded_by: job.id,
    });
  }
  return older.map(({ id }) => id);
}
