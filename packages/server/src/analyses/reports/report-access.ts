import { ApiError, unauthorized } from '../../errors.ts';
import type { LinkedJob, ReportLinks } from '../../jobs/report-link.ts';

/**
 * Checks that the query of a request is that of a valid link to this job's report. Throws ApiError 401 without a link, and 403 for an
 * expired or invalid one.
 */
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
