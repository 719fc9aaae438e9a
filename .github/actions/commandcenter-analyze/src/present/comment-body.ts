import type { AnalysisReport } from '@commandcenter/analyzer';
import { toMarkdown } from '@commandcenter/analyzer/report';
import type { RepositoryName } from '../checkout/checkout.ts';

/** Size limit of the comment in bytes. GitHub's limit is 65,536 characters, which a limit in bytes never exceeds. */
const MAX_BYTES = 60_000;

/**
 * Returns the marker that identifies the comment for one project and analyzed repository. Names cannot contain text that ends the HTML
 * comment.
 */
export const markerOf = (projectId: number, { owner, name }: RepositoryName): string =>
  `<!-- commandcenter-action:${projectId}:${owner.toLowerCase()}/${name.toLowerCase()} -->`;

/**
 * Returns the text of the comment. The marker is last, so that text quoted from a repository cannot follow it and pass for another
 * marker.
 */
export function commentBody(report: AnalysisReport, marker: string): string {
  const link = fullReport(report);
  const rest = link ?? 'The job in CommandCenter has the rest.';
  const text = toMarkdown(report, {
    brief: true,
    level: 3,
    title: 'CommandCenter: ',
    maxBytes: MAX_BYTES,
    rest,
  }).trim();
  return [text, ...(link === null ? [] : [link]), marker].join('\n\n');
}

/** Returns a link to the full report, or null if the server gives no valid address. */
export function fullReport({ result }: AnalysisReport): string | null {
  const url = result.report_url;
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? `[Full report](<${href.replaceAll('>', '%3E')}>)` : null;
}
