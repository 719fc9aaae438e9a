import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOut } from './checkout.ts';
import { environmentOf } from './environment.ts';
import { type Contexts, evaluate } from './expression.ts';
import { readWorkflow, type WorkflowJob } from './read-workflow.ts';
import { type RunningStep, type StepRun, startAction } from './run-action.ts';
import { isRestricted, type Trigger } from './trigger.ts';

/** A workflow runner and the addresses of its GitHub. */
export interface Runner {
  /** Folder for the files of the runner's jobs. */
  folder: string;
  apiUrl: string;
  serverUrl: string;
  /** Content of `~/.gitconfig` for the jobs. */
  gitConfig: string;
  /** Folders of actions by the reference in `uses:`, such as `owner/repo/path@version`. */
  actions: Readonly<Record<string, string>>;
  /** Creates the token of a job with the given permissions. */
  issueToken(permissions: Readonly<Record<string, string>>): Promise<string>;
  /** Endpoint that issues id tokens to jobs with `id-token: write`; null if there is none. */
  idToken: { url: string; requestToken: string } | null;
  /** Permissions of jobs that set none, which are a setting of the repository on GitHub. */
  defaultPermissions: Readonly<Record<string, string>>;
}

export interface RunOptions {
  secrets?: Readonly<Record<string, string>>;
  /** Text that the job's summary contains before the first step. */
  summary?: string;
  /** Additional environment variables of the jobs, as on a self-hosted runner. */
  environment?: Readonly<Record<string, string>>;
  /** Called by the runner while the action runs. The folder `workspace` then contains the checkout. */
  during?(step: RunningStep, workspace: string): Promise<void>;
  /** Called by the runner after the checkout step and before the action. */
  afterCheckout?(workspace: string): Promise<void>;
}

export interface JobRun {
  matrix: WorkflowJob['matrix'];
  token: string;
  workspace: string;
  /** Results of all steps except checkouts and skipped steps. */
  steps: readonly StepRun[];
}

let lastRunId = 1000;

/**
 * Runs all jobs of a workflow one after the other. A job ends with its first failed step. Throws for syntax that this runner does not
 * support.
 */
export async function runWorkflow(
  runner: Runner,
  source: string,
  trigger: Trigger,
  options: RunOptions = {},
): Promise<JobRun[]> {
  const { name, events, jobs } = readWorkflow(source);
  if (!events.has(trigger.event)) throw new Error(`The workflow is not started by ${trigger.event}.`);
  lastRunId += 1;
  const runs: JobRun[] = [];
  for (const job of jobs)
    runs.push(await runJob(runner, { ...job, workflow: name, runId: lastRunId }, trigger, options));
  return runs;
}

type Job = WorkflowJob & { workflow: string; runId: number };

async function runJob(runner: Runner, job: Job, trigger: Trigger, options: RunOptions): Promise<JobRun> {
  const folder = await mkdtemp(join(runner.folder, 'job-'));
  const place = (name: string): string => join(folder, name);
  const workspace = place('workspace');
  for (const name of ['workspace', 'home', 'temp']) await mkdir(place(name));
  await writeFile(place('event.json'), JSON.stringify(trigger.payload));
  await writeFile(place('home/.gitconfig'), runner.gitConfig);

  const restricted = isRestricted(trigger);
  const { id_token, ...permissions } = job.permissions ?? runner.defaultPermissions;
  const token = await runner.issueToken(restricted ? readOnly(permissions) : permissions);
  const secrets = restricted ? {} : (options.secrets ?? {});
  const environment = {
    ...environmentOf(trigger, {
      workflow: job.workflow,
      job: job.id,
      workspace,
      home: place('home'),
      temporaryFolder: place('temp'),
      eventFile: place('event.json'),
      apiUrl: runner.apiUrl,
      serverUrl: runner.serverUrl,
      idToken: id_token === 'write' && !restricted ? runner.idToken : null,
      runId: job.runId,
    }),
    ...options.environment,
  };
  const contexts: Contexts = {
    github: { ...trigger, event: trigger.payload, event_name: trigger.event, token },
    secrets: { ...secrets, GITHUB_TOKEN: token },
    matrix: job.matrix,
  };
  const steps: StepRun[] = [];
  for (const [index, step] of job.steps.entries()) {
    const given = Object.fromEntries(Object.entries(step.with).map(([name, text]) => [name, evaluate(text, contexts)]));
    if (step.uses.startsWith('actions/checkout@')) {
      await checkOut({ with: given, trigger, token, workspace, environment });
      await options.afterCheckout?.(workspace);
      continue;
    }
    await mkdir(place(`step-${index}`));
    const running = await startAction({
      actionFolder: actionFolder(runner, step.uses, workspace),
      with: given,
      contexts,
      environment: { ...environment, GITHUB_ACTION: step.id ?? '__self' },
      workspace,
      folder: place(`step-${index}`),
      secrets: [...Object.values(secrets), token],
      summary: options.summary ?? '',
    });
    const [run] = await Promise.all([running.ended, options.during?.(running, workspace)]);
    steps.push(run);
    if (run.exitCode !== 0) break;
  }
  return { matrix: job.matrix, token, workspace, steps };
}

const readOnly = (permissions: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(permissions).map((name) => [name, 'read']));

function actionFolder(runner: Runner, uses: string, workspace: string): string {
  if (uses.startsWith('./')) return join(workspace, uses);
  const folder = runner.actions[uses];
  if (folder === undefined) throw new Error(`This runner cannot download ${uses}.`);
  return folder;
}
