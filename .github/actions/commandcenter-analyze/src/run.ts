import type { AnalysisReport } from '@commandcenter/analyzer';
import { ActionError } from './action-error.ts';
import { type Asked, askForAnalysis } from './ask-for-analysis.ts';
import { awaitJob } from './await-job.ts';
import { openCheckout } from './checkout/checkout.ts';
import { judge } from './gate.ts';
import { openGitHub } from './github/github-api.ts';
import { findMergeBase } from './github/merge-base.ts';
import { endWithoutResult, NoResultError, noResultOf, timedOut } from './no-result.ts';
import { addNoteSummary } from './present/job-summary.ts';
import { presentReport } from './present/present-report.ts';
import { chooseReportLink, showReportUrl } from './present/report-link.ts';
import { type RunnerEnvironment, readEnvironment } from './runner/environment.ts';
import { readIsPublic, readTrigger, type Trigger } from './runner/event.ts';
import { type Inputs, inputOf, type ReportLink, readInputs } from './runner/inputs.ts';
import { annotate, mask, say } from './runner/log.ts';
import { type Outputs, openOutputs } from './runner/outputs.ts';
import { type Identity, oidcIdentity, tokenIdentity } from './server/identity.ts';
import { openServer, type Server } from './server/server.ts';
import { chooseSubject } from './subject.ts';
import { uploadSource } from './upload-source.ts';

/** The whole step. Throws `ActionError` when it fails; what only shows the result never makes it fail. */
export async function run(env: NodeJS.ProcessEnv, cancelled: AbortSignal): Promise<void> {
  const environment = readEnvironment(env);
  const canUseOidc = environment.idToken !== null;
  const secrets = [inputOf(env, 'api-token'), inputOf(env, 'github-token'), environment.idToken?.requestToken ?? ''];
  for (const secret of secrets) mask(secret);
  const outputs = openOutputs(environment);
  const trigger = readTrigger(environment);
  const missing = withheld(env, canUseOidc);
  if (missing.length > 0 && isWithoutSecrets(environment, trigger)) return endWithoutSecrets(outputs, missing);
  try {
    const inputs = readInputs(env, canUseOidc);
    const reportLink = chooseReportLink(inputs.reportLink, readIsPublic(environment));
    await analyse({ environment, outputs, trigger, inputs: { ...inputs, reportLink }, cancelled });
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

async function analyse({ environment, outputs, trigger, inputs, cancelled }: Step): Promise<void> {
  const { workspace, repository: ownName } = environment;
  const { url, githubToken } = inputs;
  const deadline = AbortSignal.timeout(inputs.timeoutMs);
  const server = openServer({ url, identity: openIdentity(inputs, environment, cancelled), signal: cancelled });
  const github = githubToken === null ? null : openGitHub(environment.apiUrl, githubToken, cancelled);
  const checkout = await openCheckout(workspace);
  const subject = await chooseSubject(environment, trigger, checkout, (base, head) =>
    findMergeBase({ workspace, repository: ownName, github }, base, head),
  );
  if (subject === null) return say('The branch was deleted: there is nothing to analyse.');

  const asked = await askForAnalysis(server, inputs, subject, environment.stepKey);
  outputs.set('job-id', String(asked.job.id));
  // The server is known to be there now: what fails from here on is no fault of the workflow's.
  const report = await obtainReport(asked, {
    server,
    cancelled,
    deadline,
    timeout: timedOut(inputs, asked.job.id),
    reportLink: inputs.reportLink,
    provideSource: (job) => uploadSource(job, { server, environment, checkout, subject: asked.subject, githubToken }),
  }).catch((error) => {
    if (cancelled.aborted) throw error;
    return noResultOf(error);
  });
  if (report instanceof NoResultError) return endWithoutResult(outputs, inputs, report);

  const pullRequest = trigger.kind === 'pull_request' ? { repository: ownName, number: trigger.number } : null;
  await presentReport(report, { outputs, environment, inputs, asked, github, pullRequest });
  const failure = judge(report, inputs.failOn);
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
  const note = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} empty: GitHub keeps secrets from pull requests of forks and of Dependabot. Nothing was analysed, which is no fault of the change.`;
  annotate('notice', note, { title: 'No analysis' });
  addNoteSummary(outputs, 'no analysis', note);
}

/** Inputs that come from secrets and are empty. */
function withheld(env: NodeJS.ProcessEnv, canUseOidc: boolean): string[] {
  const names = ['commandcenter-url', 'project-id', ...(canUseOidc ? [] : ['api-token'])];
  return names.filter((name) => inputOf(env, name) === '');
}

/** `pull_request_target` gets them, whoever's the pull request is. */
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

/** Throws `NoResultError` for a job that has none. */
async function obtainReport(asked: Asked, options: ObtainOptions): Promise<AnalysisReport> {
  const { server, timeout, reportLink } = options;
  const job = await awaitJob(asked, options);
  if (job === null) throw timeout;
  if (job.status !== 'completed') {
    const why = job.error === null ? '' : ` ${job.error.detail} ${job.error.remedy ?? ''}`.trimEnd();
    throw new NoResultError(
      'failed',
      `Job ${job.id} ${job.status === 'cancelled' ? 'was cancelled' : 'failed'}.${why}`,
    );
  }
  const report = await server.getReport(job.id);
  if (!isReport(report)) {
    throw new ActionError(
      'input',
      'commandcenter-url: its server is newer than this Action, which does not know the form of its report. Update the Action.',
    );
  }
  // The job's link holds from now on, the report's from when it was written.
  const url = (job.result as AnalysisReport['result'] | null)?.report_url ?? report.result.report_url;
  if (url !== null)
    report.result.report_url = await showReportUrl(url, reportLink, () => createLink(job.id, url, options));
  return report;
}

/** Without it the report is shown all the same, at the address that needs a token. */
async function createLink(jobId: number, url: string, { server, cancelled }: ObtainOptions): Promise<string> {
  try {
    return await server.createReportLink(jobId);
  } catch (error) {
    if (cancelled.aborted || !(error instanceof ActionError)) throw error;
    annotate('notice', `The report is linked to by the address that needs a token: ${error.message}`, {
      title: 'No link',
    });
    return url;
  }
}

/** Of what is used; fields that are new are let be. */
const isReport = (report: AnalysisReport): boolean =>
  Array.isArray(report?.findings) &&
  Array.isArray(report.result?.engines) &&
  Array.isArray(report.result.gate?.conditions) &&
  Array.isArray(report.facts?.languages) &&
  typeof report.repository?.name === 'string';
