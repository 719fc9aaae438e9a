import type { AnalysisReport } from '@commandcenter/analyzer';
import { toMarkdown } from '@commandcenter/analyzer/report';
import type { Outputs } from '../runner/outputs.ts';
import { fullReport } from './comment-body.ts';

/** More of it nobody reads, and other steps want room too. */
const LONGEST_BYTES = 200_000;
/** For the link, and the notes of the step. */
const RESERVED_BYTES = 8_000;
const LEAST_BYTES = 2_000;

/** The report on the page of the run, as long as there is room for. */
export function addReportSummary(outputs: Outputs, report: AnalysisReport, notes: readonly string[]): void {
  const link = fullReport(report);
  const maxBytes = Math.min(LONGEST_BYTES, outputs.summaryRoom() - RESERVED_BYTES);
  const rest = link ?? 'The job in CommandCenter has all.';
  const parts =
    maxBytes < LEAST_BYTES ? [] : [toMarkdown(report, { level: 2, title: 'CommandCenter: ', maxBytes, rest }).trim()];
  outputs.addSummary([...parts, ...(link === null ? [] : [link]), ...notes.map((note) => `> ${note}`)].join('\n\n'));
}

/** Why there is no report. */
export function addNoteSummary(outputs: Outputs, title: string, note: string): void {
  outputs.addSummary(`## CommandCenter: ${title}\n\n${note}`);
}
