import type Type from 'typebox';
import { nullableTimestamp, timestamp } from '../http/fields.ts';
import { isFinished, type JobRow, type JobStatus } from './job.ts';
import { ANALYSIS_JOB } from './job-definitions.ts';
import type { Job } from './job-schema.ts';
import type { ReportLinks } from './report-link.ts';

type Result = Type.Static<typeof Job>['result'];

/** Converts a job row into the object that the API returns. */
export type JobView = (row: JobRow) => Type.Static<typeof Job>;

export function createJobView(links: ReportLinks, clock: { now(): Date }): JobView {
  return (row) => ({
    id: row.id,
    project_id: row.project_id,
    job_type: row.job_type,
    status: row.status as JobStatus,
    progress: row.progress,
    current_step: row.current_step,
    parameters: row.parameters as Record<string, unknown>,
    result: withReportLink(row, links, clock.now()),
    // A running job that is to be canceled already has its reason, but it may still complete.
    error: isFinished(row) || row.status === 'awaiting_source' ? (row.error as Type.Static<typeof Job>['error']) : null,
    created_at: timestamp(row.created_at),
    started_at: nullableTimestamp(row.started_at),
    completed_at: nullableTimestamp(row.completed_at),
    duration_seconds:
      row.started_at === null || row.completed_at === null
        ? null
        : (row.completed_at.getTime() - row.started_at.getTime()) / 1000,
  });
}

/**
 * Adds a valid report link to the result. The link that was stored with the result expires after 30 days or earlier, but the job is kept
 * longer.
 */
function withReportLink(job: JobRow, links: ReportLinks, now: Date): Result {
  const shown = job.result as Result;
  return job.job_type === ANALYSIS_JOB.type && shown !== null ? { ...shown, report_url: links.urlOf(job, now) } : shown;
}
