import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { type GitServer, startGitServer } from '../../../../../packages/analyzer/src/git/testing/git-server.ts';
import type { StepRun } from '../runner/run-action.ts';
import { type JobRun, type Runner, type RunOptions, runWorkflow } from '../runner/run-workflow.ts';
import type { Trigger } from '../runner/trigger.ts';
import { type Files, type HostedRepository, hostRepository } from './hosted-repository.ts';
import { type RunningServer, startServer } from './server.ts';
import { installWorkflowApp } from './workflow-app.ts';
import { actionReference, writeWorkflow } from './write-workflow.ts';

const ACTION = resolve(import.meta.dirname, '../..');
const OWNER = 'my-org';

export interface HarnessOptions {
  /** Address of the OSV API. Default: advisories are not looked up. */
  osvUrl?: string;
  environment?: Readonly<Record<string, string>>;
}

/** Inputs of the Action and options of the run. */
export type AnalyzeOptions = Omit<RunOptions, 'secrets'> & {
  with?: Readonly<Record<string, string>>;
  checkout?: Readonly<Record<string, string>> | null;
  permissions?: Readonly<Record<string, string>>;
};

/** A server, a fake GitHub and a runner that are connected with each other. */
export interface Harness extends AsyncDisposable {
  folder: string;
  server: RunningServer;
  github: FakeGitHub;
  git: GitServer;
  /** Settings of the workflow runner, which tests can change or replace. */
  runner: Runner;
  /** Secrets of the workflows, with the names that the guide uses. */
  secrets: Readonly<Record<string, string>>;
  /**
   * Creates a repository. With the option `unknown`, the server can neither find nor fetch the repository, so the Action must register it
   * and upload its source.
   */
  addRepository(
    name: string,
    files: Files,
    options?: { unknown?: boolean; private?: boolean },
  ): Promise<HostedRepository>;
  /** Runs a workflow with the secrets. Fails if a step printed a secret or an unexpected command. */
  run(workflow: string, trigger: Trigger, options?: RunOptions): Promise<JobRun[]>;
  /** Runs a workflow with a checkout and the Action, by default with the depth `quick`. */
  analyze(trigger: Trigger, options?: AnalyzeOptions): Promise<StepRun>;
  /** Returns the bodies of the comments on a pull request. */
  comments(repository: HostedRepository, number: number): string[];
}

export async function openHarness({ osvUrl = 'off', environment = {} }: HarnessOptions = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-action-'));
  const gitFolder = join(folder, 'git');
  await mkdir(gitFolder);
  const git = await startGitServer(gitFolder);
  const github = await startFakeGitHub();
  github.state.addOrganization(OWNER, { members: { ann: 'member' } });
  const { issueToken } = installWorkflowApp(github, OWNER);
  const server = await startServer(join(folder, 'data'), {
    OSV_API_URL: osvUrl,
    EGRESS_ALLOW: git.url.replace('http://', ''),
    ...environment,
  });
  const { token } = await server.call<{ token: string }>('POST', '/tokens', {
    name: 'GitHub Action',
    scopes: ['jobs:create', 'jobs:read'],
    project_id: 1,
  });
  const secrets = { COMMANDCENTER_URL: server.url, COMMANDCENTER_TOKEN: token, COMMANDCENTER_PROJECT_ID: '1' };
  const actionFolder = join(folder, 'action');
  for (const name of ['action.yml', 'dist'])
    await cp(join(ACTION, name), join(actionFolder, name), { recursive: true });
  const runner: Runner = {
    folder,
    apiUrl: github.url,
    serverUrl: 'https://github.com',
    gitConfig: insteadOf('https://github.com/', git.url),
    actions: { [actionReference]: actionFolder },
    issueToken,
    idToken: null,
    defaultPermissions: { contents: 'write', pull_requests: 'write', issues: 'write' },
  };
  const repositories: HostedRepository[] = [];

  const run: Harness['run'] = async (workflow, trigger, options) => {
    const jobs = await runWorkflow(harness.runner, workflow, trigger, { secrets, ...options });
    for (const job of jobs) for (const step of job.steps) assertQuiet(step, [token, job.token]);
    return jobs;
  };
  const harness: Harness = {
    folder,
    server,
    github,
    git,
    runner,
    secrets,
    async addRepository(name, files, { unknown = false, ...options } = {}) {
      const repository = await hostRepository({ github, gitFolder, owner: OWNER, name, files, ...options });
      repositories.push(repository);
      const clone_url = `${git.url}/${repository.fullName}.git`;
      if (!unknown) await server.call('POST', '/repositories', { project_id: 1, owner: OWNER, name, clone_url });
      return repository;
    },
    run,
    async analyze(trigger, { with: given = {}, checkout = {}, permissions, ...options } = {}) {
      const inputs = { 'analysis-depth': 'quick', ...given };
      const [job] = await run(writeWorkflow({ event: trigger.event, inputs, checkout, permissions }), trigger, options);
      return job?.steps[0] ?? assert.fail('the Action did not run');
    },
    comments: ({ fullName }, number) =>
      github.state.issue({ repository: fullName, number }).comments.map(({ body }) => body),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await github.close();
      await git.close();
      for (const { work } of repositories) await work.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return harness;
}

/** Returns settings for a `.gitconfig` that redirect one address to another. */
export const insteadOf = (address: string, elsewhere: string): string =>
  `[url "${elsewhere}/"]\n\tinsteadOf = ${address}\n`;

/** Asserts what holds for every step: it printed no unexpected command, no token and no stack trace. */
function assertQuiet({ unexpected, output }: StepRun, tokens: readonly string[]): void {
  assert.deepEqual(unexpected, [], 'the runner would take these for commands');
  const rest = output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  for (const token of tokens) assert.ok(!rest.join('\n').includes(token), `a token is in the log: ${output}`);
  assert.ok(!/^\s+at .*:\d+:\d+\)?$/m.test(output), `a stack is in the log: ${output}`);
}
