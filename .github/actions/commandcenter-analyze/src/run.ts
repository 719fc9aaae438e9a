import type { AnalysisReport } from '@commandcenter/analyzer';
import { ActionError } from './action-error.ts';
import { awaitJob } from './await-job.ts';
import { openCheckout } from './checkout/checkout.ts';
import { evaluateGate } from './gate.ts';
import { openGitHub } from './github/github-api.ts';
import { findMergeBase } from './github/merge-base.ts';
import { endWithoutResult, NoResultError, timedOut, toNoResultError } from './no-result.ts';
import { addNoteSummary } from './present/job-summary.ts';
import { presentReport } from './present/present-report.ts';
import { chooseReportLink, showReportUrl } from './present/report-link.ts';
import { type RequestedAnalysis, requestAnalysis } from './request-analysis.ts';
import { type RunnerEnvironment, readEnvironment } from './runner/environment.ts';
import { readIsPublic, readTrigger, type Trigger } from './runner/event.ts';
import { type Inputs, inputOf, type ReportLink, readInputs } from './runner/inputs.ts';
import { annotate, logLine, mask } from './runner/log.ts';
import { type Outputs, openOutputs } from './runner/outputs.ts';
import { type Identity, oidcIdentity, tokenIdentity } from './server/identity.ts';
import { openServer, type Server } from './server/server.ts';
import { chooseSubject } from './subject.ts';
import { uploadSource } from './upload-source.ts';

/** Runs the whole step. Throws `ActionError` if the step fails. A failure to show the result never fails it. */
export async function run(env: NodeJS.ProcessEnv, cancelled: AbortSignal): Promise<void> {
  const environment = readEnvironment(env);
  const canUseOidc = environment.idToken !== null;
  const secrets = [inputOf(env, 'api-token'), inputOf(env, 'github-token'), environment.idToken?.requestToken ?? ''];
  for (const secret of secrets) mask(secret);
  const outputs = openOutputs(environment);
  const trigger = readTrigger(environment);
  const missing = findEmptySecrets(env, canUseOidc);
  if (missing.length > 0 && isWithoutSecrets(environment, trigger)) return endWithoutSecrets(outputs, missing);
  try {
    const inputs = readInputs(env, canUseOidc);
    const reportLink = chooseReportLink(inputs.reportLink, readIsPublic(environment));
    await analyze({ environment, outputs, trigger, inputs: { ...inputs, reportLink }, cancelled });
  } catch (error) {
    if (!outputs.has('status')) outputs.set('status', 'failed');
    throw error;
  }
}

interface Step {
  environment: RunnerEnvironment;
  outputs: Outputs;
  trigger: Trigger;
  inputs: Inputs;
  cancelled: AbortSignal;
}

async function analyze({ environment, outputs, trigger, inputs, cancelled }: Step): Promise<void> {
  const { workspace, repository: ownName } = environment;
  const { url, githubToken } = inputs;
  const deadline = AbortSignal.timeout(inputs.timeoutMs);
  const server = openServer({ url, identity: openIdentity(inputs, environment, cancelled), signal: cancelled });
  const github = githubToken === null ? null : openGitHub(environment.apiUrl, githubToken, cancelled);
  const checkout = await openCheckout(workspace);
  const subject = await chooseSubject(environment, trigger, checkout, (base, head) =>
    findMergeBase({ workspace, repository: ownName, github }, base, head),
  );
  if (subject === null) return logLine('The branch was deleted, so there is nothing to analyze.');

  const requested = await requestAnalysis(server, inputs, subject, environment.stepKey);
  outputs.set('job-id', String(requested.job.id));
  // From here on a failure is not a mistake in the workflow, because the server could be reached just now.
  const report = await obtainReport(requested, {
    server,
    cancelled,
    deadline,
    timeout: timedOut(inputs, requested.job.id),
    reportLink: inputs.reportLink,
    provideSource: (job) =>
      uploadSource(job, { server, environment, checkout, subject: requested.subject, githubToken }),
  }).catch((error) => {
    if (cancelled.aborted) throw error;
    return toNoResultError(error);
  });
  if (report instanceof NoResultError) return endWithoutResult(outputs, inputs, report);

  const pullRequest = trigger.kind === 'pull_request' ? { repository: ownName, number: trigger.number } : null;
  await presentReport(report, { outputs, environment, inputs, requested, github, pullRequest });
  const failure = evaluateGate(report, inputs.failOn);
  if (failure !== null) throw failure;
}

function openIdentity(
  { url, projectId, apiToken }: Inputs,
  { idToken }: RunnerEnvironment,
  signal: AbortSignal,
): Identity {
  if (apiToken === null && idToken !== null) return oidcIdentity({ url, projectId, idToken, signal });
  return tokenIdentity(apiToken ?? '');
}

function endWithoutSecrets(outputs: Outputs, missing: readonly string[]): void {
  const note = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} empty, because GitHub gives no secrets to pull requests of forks and of Dependabot. Nothing was analyzed, and the change is not to blame.`;
  annotate('notice', note, { title: 'No analysis' });
  addNoteSummary(outputs, 'no analysis', note);
}

/** Returns the names of the required inputs that usually come from secrets and are empty. */
function findEmptySecrets(env: NodeJS.ProcessEnv, canUseOidc: boolean): string[] {
  const names = ['commandcenter-url', 'project-id', ...(canUseOidc ? [] : ['api-token'])];
  return names.filter((name) => inputOf(env, name) === '');
}

/**
 * Returns true if the run gets no secrets: it was caused by Dependabot or by a pull request of a fork. Only `pull_request_target` gets
 * secrets even then.
 */
const isWithoutSecrets = ({ eventName, actor }: RunnerEnvironment, trigger: Trigger): boolean =>
  actor === 'dependabot[bot]' ||
  (trigger.kind === 'pull_request' && trigger.isFork && eventName !== 'pull_request_target');

interface ObtainOptions {
  server: Server;
  cancelled: AbortSignal;
  deadline: AbortSignal;
  timeout: NoResultError;
  reportLink: ReportLink;
  provideSource: Parameters<typeof awaitJob>[1]['provideSource'];
}

/** Waits for the job and returns its report. Throws `NoResultError` if the job has none. */
async function obtainReport(requested: RequestedAnalysis, options: ObtainOptions): Promise<AnalysisReport> {
  const { server, timeout, reportLink } = options;
  const job = await awaitJob(requested, options);
  if (job === null) throw timeout;
  if (job.status !== 'completed') {
    const reason = job.error === null ? '' : ` ${job.error.detail} ${job.error.remedy ?? ''}`.trimEnd();
    throw new NoResultError(
      'failed',
      `Job ${job.id} ${job.status === 'cancelled' ? 'was cancelled' : 'failed'}.${reason}`,
    );
  }
  const report = await server.getReport(job.id);
  if (!isReport(report)) {
    throw new ActionError(
      'input',
      'commandcenter-url: the server is newer than this Action, which cannot read its report. Update the Action.',
    );
  }
  // Prefer the link in the job, which is current; the link in the report is from the time when it was written.
  const url = (job.result as AnalysisReport['result'] | null)?.report_url ?? report.result.report_url;
  if (url !== null)
    report.result.report_url = await showReportUrl(url, reportLink, () => createLink(job.id, url, options));
  return report;
}

/** Creates a report link. If that fails, returns the report's address that requires a token. */
async function createLink(jobId: number, url: string, { server, cancelled }: ObtainOptions): Promise<string> {
  try {
    return await server.createReportLink(jobId);
  } catch (error) {
    if (cancelled.aborted || !(error instanceof ActionError)) throw error;
    annotate('notice', `The link to the report needs a token: ${error.message}`, {
      title: 'No link',
    });
    return url;
  }
}

/** Returns true if the response is a report. Checks only the fields that are used, so that newer fields are accepted. */
const isReport = (report: AnalysisReport): boolean =>
  Array.isArray(report?.findings) &&
  Array.isArray(report.result?.engines) &&
  Array.isArray(report.result.gate?.conditions) &&
  Array.isArray(report.facts?.languages) &&
  typeof report.repository?.name === 'string';
