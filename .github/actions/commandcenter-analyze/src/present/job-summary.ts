import type { AnalysisReport } from '@commandcenter/analyzer';
import { toMarkdown } from '@commandcenter/analyzer/report';
import type { Outputs } from '../runner/outputs.ts';
import { fullReport } from './comment-body.ts';

/** Size limit of the report in bytes. A longer report would not be read, and other steps need room too. */
const MAX_BYTES = 200_000;
/** Number of bytes that are reserved for the link and the notes of the step. */
const RESERVED_BYTES = 8_000;
const LEAST_BYTES = 2_000;

/** Adds the report to the job's summary, as far as there is room. */
export function addReportSummary(outputs: Outputs, report: AnalysisReport, notes: readonly string[]): void {
  const link = fullReport(report);
  const maxBytes = Math.min(MAX_BYTES, outputs.summaryRoom() - RESERVED_BYTES);
  const rest = link ?? 'The job in CommandCenter has the rest.';
  const parts =
    maxBytes < LEAST_BYTES ? [] : [toMarkdown(report, { level: 2, title: 'CommandCenter: ', maxBytes, rest }).trim()];
  outputs.addSummary([...parts, ...(link === null ? [] : [link]), ...notes.map((note) => `> ${note}`)].join('\n\n'));
}

/** Adds a note to the job's summary that says why there is no report. */
export function addNoteSummary(outputs: Outputs, title: string, note: string): void {
  outputs.addSummary(`## CommandCenter: ${title}\n\n${note}`);
}
