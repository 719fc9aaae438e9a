import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { toSarif } from '@commandcenter/analyzer/report';
import { reasonTitles } from '../action-error.ts';
import { describeIncomplete, describeToleratedFailures, evaluateGate } from '../gate.ts';
import type { GitHubApi } from '../github/github-api.ts';
import type { RequestedAnalysis } from '../request-analysis.ts';
import type { RunnerEnvironment } from '../runner/environment.ts';
import type { Inputs } from '../runner/inputs.ts';
import { annotate, logLine } from '../runner/log.ts';
import type { Outputs } from '../runner/outputs.ts';
import { annotateFindings } from './annotations.ts';
import { commentBody, markerOf } from './comment-body.ts';
import { addReportSummary } from './job-summary.ts';
import { tryShowComment } from './show-comment.ts';

export interface PresentOptions {
  outputs: Outputs;
  environment: RunnerEnvironment;
  inputs: Inputs;
  requested: RequestedAnalysis;
  github: GitHubApi | null;
  /** The pull request to comment on; null if there is none. */
  pullRequest: { repository: string; number: number } | null;
}

/** Shows the result in all places: outputs, annotations, comment, the job's summary and the log. */
export async function presentReport(report: AnalysisReport, options: PresentOptions): Promise<void> {
  const { outputs, environment, requested } = options;
  setOutputs(outputs, report, join(environment.temporaryFolder, `commandcenter-${requested.job.id}.sarif`));
  annotateFindings(report, requested.subject.isOwn);
  const note = await comment(report, options);
  if (note !== null) annotate('notice', note, { title: 'No comment' });
  addReportSummary(outputs, report, note === null ? [] : [note]);
  sayResult(report, options.inputs);
}

function setOutputs(outputs: Outputs, report: AnalysisReport, sarifFile: string): void {
  const { summary, critical_issues, report_url } = report.result;
  outputs.set('status', 'completed');
  outputs.set('summary', summary);
  outputs.set('critical-issues', String(critical_issues));
  if (report_url !== null) outputs.set('report-url', report_url);
  try {
    writeFileSync(sarifFile, JSON.stringify(toSarif(report, { openOnly: true })));
    outputs.set('sarif-file', sarifFile);
  } catch (error) {
    annotate('notice', `The findings could not be written as SARIF: ${(error as Error).message}`, {
      title: 'No SARIF',
    });
  }
}

/** Comments on the pull request. Returns the reason if there is no comment although one was requested, otherwise null. */
async function comment(
  report: AnalysisReport,
  { inputs, github, pullRequest, requested }: PresentOptions,
): Promise<string | null> {
  if (!inputs.postComment || pullRequest === null) return null;
  if (github === null) return 'No comment on the pull request: github-token is empty.';
  const marker = markerOf(inputs.projectId, requested.subject.repository);
  const { note, shown } = await tryShowComment({ github, ...pullRequest, marker }, commentBody(report, marker));
  if (!shown) return note;
  logLine(note);
  return null;
}

function sayResult(report: AnalysisReport, { failOn }: Inputs): void {
  const { summary, report_url, complete, engines } = report.result;
  for (const line of summary.split('\n')) if (line.trim() !== '') logLine(line);
  if (report_url !== null) logLine(`Full report: ${report_url}`);
  // Warn only of failed conditions that do not fail the step; the others are reported when it fails.
  const others = describeToleratedFailures(report, failOn);
  if (others !== null) annotate('warning', others, { title: 'Gate failed' });
  if (!complete && evaluateGate(report, failOn)?.reason !== 'incomplete') {
    annotate('warning', describeIncomplete(engines), { title: reasonTitles.incomplete });
  }
}
