import type { Trigger } from './trigger.ts';

export interface JobPlace {
  workflow: string;
  job: string;
  workspace: string;
  home: string;
  temporaryFolder: string;
  eventFile: string;
  apiUrl: string;
  serverUrl: string;
  /** Endpoint that issues GitHub's id tokens for this run; null if the job may not have one. */
  idToken: { url: string; requestToken: string } | null;
  runId: number;
}

/**
 * Returns all variables of a job's processes: https://docs.github.com/actions/reference/workflows-and-actions/variables. From this
 * machine's own variables only PATH is kept.
 */
export function environmentOf(trigger: Trigger, place: JobPlace): Record<string, string> {
  const { repository, ref, sha, event, actor, payload } = trigger;
  const pull = (payload as { pull_request?: Record<'head' | 'base', { ref: string }> }).pull_request;
  return {
    PATH: process.env.PATH ?? '',
    HOME: place.home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKFLOW: place.workflow,
    GITHUB_JOB: place.job,
    GITHUB_RUN_ID: String(place.runId),
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: place.eventFile,
    GITHUB_ACTOR: actor,
    GITHUB_TRIGGERING_ACTOR: actor,
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_HEAD_REF: pull?.head.ref ?? '',
    GITHUB_BASE_REF: pull?.base.ref ?? '',
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: place.workspace,
    GITHUB_API_URL: place.apiUrl,
    GITHUB_GRAPHQL_URL: `${place.apiUrl}/graphql`,
    GITHUB_SERVER_URL: place.serverUrl,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'stand-in',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: place.temporaryFolder,
    RUNNER_WORKSPACE: place.workspace,
    ...(place.idToken === null
      ? {}
      : {
          ACTIONS_ID_TOKEN_REQUEST_URL: place.idToken.url,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: place.idToken.requestToken,
        }),
  };
}
