import type { Trigger } from '../runner/trigger.ts';
import type { HostedRepository, PullRequest } from './hosted-repository.ts';

const DEVELOPER = 'ann';

const repositoryPart = ({ owner, fullName, name, private: isPrivate }: HostedRepository) => ({
  ...(isPrivate === undefined ? {} : { private: isPrivate, visibility: isPrivate ? 'private' : 'public' }),
  full_name: fullName,
  name,
  owner: { login: owner },
  default_branch: 'main',
});

/**
 * Returns a `pull_request` event with the fields that actions use:
 * https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request
 */
export function pullRequestTrigger(repository: HostedRepository, pull: PullRequest, actor = DEVELOPER): Trigger {
  const { number, head, base, branch, merge, from } = pull;
  return {
    event: 'pull_request',
    payload: {
      action: 'synchronize',
      number,
      pull_request: {
        number,
        merge_commit_sha: merge,
        head: { ref: branch, sha: head, repo: { full_name: from } },
        base: { ref: 'main', sha: base, repo: { full_name: repository.fullName } },
      },
      repository: repositoryPart(repository),
      sender: { login: actor },
    },
    repository: repository.fullName,
    ref: `refs/pull/${number}/merge`,
    sha: merge,
    actor,
  };
}

export interface Push {
  before: string;
  after: string;
  /** Name of the pushed branch. Default: `main`. */
  branch?: string;
  created?: boolean;
  forced?: boolean;
  deleted?: boolean;
}

/** Returns a `push` event with the fields that actions use: https://docs.github.com/webhooks/webhook-events-and-payloads#push */
export function pushTrigger(repository: HostedRepository, { branch = 'main', ...push }: Push): Trigger {
  const { created = false, forced = false, deleted = false, before, after } = push;
  const ref = `refs/heads/${branch}`;
  return {
    event: 'push',
    payload: { ref, before, after, created, forced, deleted, repository: repositoryPart(repository) },
    repository: repository.fullName,
    // If the branch was deleted, the workflow runs on the default branch.
    ref: deleted ? 'refs/heads/main' : ref,
    sha: deleted ? repository.tip() : after,
    actor: DEVELOPER,
  };
}

/** Returns an event that no commit caused, by default on the default branch. */
export const branchTrigger = (
  repository: HostedRepository,
  event: 'schedule' | 'workflow_dispatch',
  branch = 'main',
  sha = repository.tip(),
): Trigger => ({
  event,
  payload: {
    ...(event === 'schedule' ? { schedule: '0 9 * * 1-5' } : { inputs: {}, ref: `refs/heads/${branch}` }),
    repository: repositoryPart(repository),
  },
  repository: repository.fullName,
  ref: `refs/heads/${branch}`,
  sha,
  actor: DEVELOPER,
});

/**
 * Returns a `merge_group` event with the fields that actions use:
 * https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group
 */
export function mergeGroupTrigger(repository: HostedRepository, pull: PullRequest): Trigger {
  const ref = `refs/heads/gh-readonly-queue/main/pr-${pull.number}-${pull.base}`;
  return {
    event: 'merge_group',
    payload: {
      action: 'checks_requested',
      merge_group: { head_sha: pull.merge, head_ref: ref, base_sha: pull.base, base_ref: 'refs/heads/main' },
      repository: repositoryPart(repository),
    },
    repository: repository.fullName,
    ref,
    sha: pull.merge,
    actor: DEVELOPER,
  };
}
