import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { toSarif } from '@commandcenter/analyzer/report';
import { reasonTitles } from '../action-error.ts';
import type { Asked } from '../ask-for-analysis.ts';
import { incompleteWords, judge, passedOver } from '../gate.ts';
import type { GitHubApi } from '../github/github-api.ts';
import type { RunnerEnvironment } from '../runner/environment.ts';
import type { Inputs } from '../runner/inputs.ts';
import { annotate, say } from '../runner/log.ts';
import type { Outputs } from '../runner/outputs.ts';
import { annotateFindings } from './annotations.ts';
import { commentBody, markerOf } from './comment-body.ts';
import { addReportSummary } from './job-summary.ts';
import { tryToShowComment } from './show-comment.ts';

export interface PresentOptions {
  outputs: Outputs;
  environment: RunnerEnvironment;
  inputs: Inputs;
  asked: Asked;
  github: GitHubApi | null;
  /** Where a comment goes; null: nowhere. */
  pullRequest: { repository: string; number: number } | null;
}

/** Shows a result wherever it is looked for: outputs, annotations, a comment, the job's summary, the log. */
export async function presentReport(report: AnalysisReport, options: PresentOptions): Promise<void> {
  const { outputs, environment, asked } = options;
  setOutputs(outputs, report, join(environment.temporaryFolder, `commandcenter-${asked.job.id}.sarif`));
  annotateFindings(report, asked.subject.isOwn);
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

/** Why there is no comment; null: there is one, or none is wanted. */
async function comment(
  report: AnalysisReport,
  { inputs, github, pullRequest, asked }: PresentOptions,
): Promise<string | null> {
  if (!inputs.postComment || pullRequest === null) return null;
  if (github === null) return 'No comment on the pull request: github-token is empty.';
  const marker = markerOf(inputs.projectId, asked.subject.repository);
  const { note, shown } = await tryToShowComment({ github, ...pullRequest, marker }, commentBody(report, marker));
  if (!shown) return note;
  say(note);
  return null;
}

function sayResult(report: AnalysisReport, { failOn }: Inputs): void {
  const { summary, report_url, complete, engines } = report.result;
  for (const line of summary.split('\n')) if (line.trim() !== '') say(line);
  if (report_url !== null) say(`Full report: ${report_url}`);
  // What fails the step is said when it does.
  const others = passedOver(report, failOn);
  if (others !== null) annotate('warning', others, { title: 'Gate failed' });
  if (!complete && judge(report, failOn)?.reason !== 'incomplete') {
    annotate('warning', incompleteWords(engines), { title: reasonTitles.incomplete });
  }
}
