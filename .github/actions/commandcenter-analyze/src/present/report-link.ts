import type { ReportLink } from '../runner/inputs.ts';

/** Never shows the link in a public repository, because everybody can read its runs. `isPublic` is null if it is not known. */
export const chooseReportLink = (wanted: ReportLink, isPublic: boolean | null): ReportLink =>
  wanted === 'auto' && isPublic === true ? 'never' : wanted;

/**
 * Returns the address of the report to show. A job that another run requested may have a link that this run must not show, or may lack one.
 *
 * @param create creates a link and returns its address
 */
export async function showReportUrl(url: string, wanted: ReportLink, create: () => Promise<string>): Promise<string> {
  const isLink = URL.canParse(url) && new URL(url).searchParams.has('signature');
  if (wanted === 'never' && isLink) return url.slice(0, url.indexOf('?'));
  return wanted === 'always' && !isLink ? await create() : url;
}
