import { type Principal, visible } from '../accounts/principal.ts';
import type { Database } from '../database/database.ts';
import { ApiError, conflict, notFound } from '../errors.ts';
import { isFinished, type JobRow } from '../jobs/job.ts';
import { ANALYSIS_JOB } from '../jobs/job-definitions.ts';
import { findJob } from '../jobs/job-queries.ts';

/**
 * Returns the job of an analysis. Throws ApiError 404 when the principal may not see the job or it is no analysis. The principal is null
 * for a caller with a signed link.
 */
export async function analysisJob(db: Database, principal: Principal | null, id: number): Promise<JobRow> {
  const found = await findJob(db, id);
  const job = principal === null ? found : visible(principal, found, `job ${id}`);
  if (job === undefined) throw notFound(`job ${id}`);
  if (job.job_type !== ANALYSIS_JOB.type) {
    throw new ApiError(
      404,
      'job.no_analysis',
      `Job ${id} is a ${job.job_type}: only a repository_analysis has a source, findings and reports.`,
    );
  }
  return job;
}

/** Returns the completed job of an analysis. Throws ApiError 409 while there is no result, or when the job ended without one. */
export async function completedJob(db: Database, principal: Principal | null, id: number): Promise<JobRow> {
  const job = await analysisJob(db, principal, id);
  const { status } = job;
  if (status === 'completed') return job;
  const detail = isFinished(job)
    ? `Job ${id} has no result: it is ${status}. Ask for the analysis again.`
    : `Job ${id} has no result yet: it is ${status}. Follow it at /api/v1/jobs/${id}/events.`;
  throw conflict(detail, 'job.not_completed', { job_status: status });
}

/** Returns the ApiError 404 for a completed job whose analysis is no longer stored. */
export const analysisGone = (id: number): ApiError =>
  new ApiError(404, 'job.analysis_gone', `What job ${id} found is not kept any more. Ask for the analysis again.`);
