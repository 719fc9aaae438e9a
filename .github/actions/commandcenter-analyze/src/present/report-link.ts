import type { ReportLink } from '../runner/inputs.ts';

/**
 * Decides whether to show the report link. It is never shown in a public repository, because everybody can read its runs.
 *
 * @param isPublic null if it is not known
 */
export const chooseReportLink = (wanted: ReportLink, isPublic: boolean | null): ReportLink =>
  wanted === 'auto' && isPublic === true ? 'never' : wanted;

/**
 * Returns the address of the report that this run may show. A job that another run requested may have a link that must not be shown here,
 * or may lack one.
 *
 * @param create creates a link and returns its address
 */
export async function showReportUrl(url: string, wanted: ReportLink, create: () => Promise<string>): Promise<string> {
  const isLink = URL.canParse(url) && new URL(url).searchParams.has('signature');
  if (wanted === 'never' && isLink) return url.slice(0, url.indexOf('?'));
  return wanted === 'always' && !isLink ? await create() : url;
}
