import type { ReportLink } from '../runner/inputs.ts';

/** What is shown of a run can be read by whoever can read the workflow's repository; `isPublic` null: not known. */
export const chooseReportLink = (wanted: ReportLink, isPublic: boolean | null): ReportLink =>
  wanted === 'auto' && isPublic === true ? 'never' : wanted;

/**
 * The address of the report as it is shown. A job that somebody else asked for may have a link that is not wanted here, or lack one that is.
 *
 * @param create makes the link
 */
export async function showReportUrl(url: string, wanted: ReportLink, create: () => Promise<string>): Promise<string> {
  const isLink = URL.canParse(url) && new URL(url).searchParams.has('signature');
  if (wanted === 'never' && isLink) return url.slice(0, url.indexOf('?'));
  return wanted === 'always' && !isLink ? await create() : url;
}
