import { tmpdir } from 'node:os';

/** The values of the runner's variables: https://docs.github.com/actions/reference/workflows-and-actions/variables */
export interface RunnerEnvironment {
  /** Path of the folder with the checkout. */
  workspace: string;
  /** Full name of the workflow's repository, `owner/name`. */
  repository: string;
  sha: string;
  /** Name of the branch or tag that the workflow runs for. */
  refName: string;
  refType: string;
  eventName: string;
  eventFile: string | null;
  actor: string;
  /** Address of GitHub's REST API without a trailing slash. */
  apiUrl: string;
  /** A key that is equal for every attempt of one step in one run, and different for any other step. */
  stepKey: string;
  temporaryFolder: string;
  outputFile: string | null;
  summaryFile: string | null;
  /** Endpoint that issues id tokens for this run; null if the job lacks the permission `id-token: write`. */
  idToken: { url: string; requestToken: string } | null;
}

export function readEnvironment(env: NodeJS.ProcessEnv): RunnerEnvironment {
  const text = (name: string): string => env[name] ?? '';
  const optional = (name: string): string | null => (text(name) === '' ? null : text(name));
  const idTokenUrl = optional('ACTIONS_ID_TOKEN_REQUEST_URL');
  const requestToken = optional('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  return {
    workspace: optional('GITHUB_WORKSPACE') ?? process.cwd(),
    repository: text('GITHUB_REPOSITORY'),
    sha: text('GITHUB_SHA'),
    refName: text('GITHUB_REF_NAME'),
    refType: text('GITHUB_REF_TYPE'),
    eventName: text('GITHUB_EVENT_NAME'),
    eventFile: optional('GITHUB_EVENT_PATH'),
    actor: text('GITHUB_ACTOR'),
    apiUrl: (optional('GITHUB_API_URL') ?? 'https://api.github.com').replace(/\/+$/, ''),
    stepKey: ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB', 'GITHUB_ACTION'].map(text).join('/'),
    temporaryFolder: optional('RUNNER_TEMP') ?? tmpdir(),
    outputFile: optional('GITHUB_OUTPUT'),
    summaryFile: optional('GITHUB_STEP_SUMMARY'),
    idToken: idTokenUrl === null || requestToken === null ? null : { url: idTokenUrl, requestToken },
  };
}
