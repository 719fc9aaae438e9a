import type { AnalysisReport } from '@commandcenter/analyzer';
import { toMarkdown } from '@commandcenter/analyzer/report';
import type { RepositoryName } from '../checkout/checkout.ts';

/** GitHub takes 65,536 characters. Counted in bytes it is never more. */
const LONGEST_BYTES = 60_000;

/** Finds the comment again: one per pull request, project and analysed repository. Names hold nothing that could end it. */
export const markerOf = (projectId: number, { owner, name }: RepositoryName): string =>
  `<!-- commandcenter-action:${projectId}:${owner.toLowerCase()}/${name.toLowerCase()} -->`;

/** The marker is last: nothing that is quoted from a repository stands behind it and could pass for another one. */
export function commentBody(report: AnalysisReport, marker: string): string {
  const link = fullReport(report);
  const rest = link ?? 'The job in CommandCenter has all.';
  const text = toMarkdown(report, {
    brief: true,
    level: 3,
    title: 'CommandCenter: ',
    maxBytes: LONGEST_BYTES,
    rest,
  }).trim();
  return [text, ...(link === null ? [] : [link]), marker].join('\n\n');
}

/** Null: the server gives no address. */
export function fullReport({ result }: AnalysisReport): string | null {
  const url = result.report_url;
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? `[Full report](<${href.replaceAll('>', '%3E')}>)` : null;
}
