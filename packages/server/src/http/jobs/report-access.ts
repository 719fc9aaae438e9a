import type { ReportLinks } from '../../analysis/report-link.ts';
import { ApiError, unauthorized } from '../../errors.ts';

/** Throws unless the query is that of a link to this job's report that still holds. */
export function requireReportLink(
  links: ReportLinks,
  jobId: number,
  { expires, signature }: { expires?: string; signature?: string },
  now: Date,
): void {
  if (expires === undefined && signature === undefined) {
    throw unauthorized('This needs a token, or the whole report_url of the job.', 'token.missing');
  }
  const seconds = /^[1-9]\d{0,11}$/.test(expires ?? '') ? Number(expires) : Number.NaN;
  const state = links.check(jobId, { expires: seconds, signature: signature ?? '' }, now);
  if (state === 'valid') return;
  throw new ApiError(
    403,
    `report_link.${state}`,
    state === 'expired'
      ? `This link expired at ${new Date(seconds * 1000).toISOString()}. GET /api/v1/jobs/${jobId} has a new one as result.report_url.`
      : `This is not a link that was made here for the report of job ${jobId}: a part of it may be missing. GET /api/v1/jobs/${jobId} has the right one as result.report_url.`,
  );
}
