import { ApiError, unauthorized } from '../../errors.ts';
import type { LinkedJob, ReportLinks } from '../../jobs/report-link.ts';

/** Throws unless the query is that of a link to this job's report that still holds. */
export function requireReportLink(
  links: ReportLinks,
  job: LinkedJob,
  { expires, signature }: { expires?: string; signature?: string },
  now: Date,
): void {
  if (expires === undefined && signature === undefined) {
    throw unauthorized(
      `This needs a token, or a link to the report. POST /api/v1/jobs/${job.id}/report-link makes one.`,
      'token.missing',
    );
  }
  const seconds = /^[1-9]\d{0,11}$/.test(expires ?? '') ? Number(expires) : Number.NaN;
  const state = links.check(job, { expires: seconds, signature: signature ?? '' }, now);
  if (state === 'valid') return;
  throw new ApiError(
    403,
    `report_link.${state}`,
    state === 'expired'
      ? `This link expired at ${new Date(seconds * 1000).toISOString()}. GET /api/v1/jobs/${job.id} has a new one as result.report_url.`
      : `This is no link to the report of job ${job.id}: a part of it may be missing, or it was revoked. GET /api/v1/jobs/${job.id} has the right one, if there is one, as result.report_url.`,
  );
}
