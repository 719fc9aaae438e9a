import type { PullRequest, PullRequestRef, RepositoryRef } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { Id, ItemNumber } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';

const BranchSchema = Type.Object({
  sha: Type.String(),
  ref: Type.String(),
  /** Repository of a pull request's base or head branch; null if it was a fork that was deleted. */
  repo: Type.Optional(
    Type.Union([
      Type.Object({
        id: Id,
        name: Type.Optional(Type.String()),
        owner: Type.Optional(Type.Object({ login: Type.String() })),
      }),
      Type.Null(),
    ]),
  ),
});

/**
 * The fields that we use of a pull request, for webhooks and API responses alike:
 * https://docs.github.com/rest/pulls/pulls#get-a-pull-request
 */
export const PullRequestSchema = Type.Object({
  number: ItemNumber,
  title: Type.String(),
  state: Type.Optional(Type.String()),
  head: BranchSchema,
  base: BranchSchema,
});

type GitHubPullRequest = Static<typeof PullRequestSchema>;

const pullRequestReader = createReader(PullRequestSchema);

/**
 * Converts GitHub's pull request. `repositoryId` is the repository in which it was opened, for data in which the base does not name its
 * repository.
 */
export function toPullRequestRef(
  { number, title, head, base }: GitHubPullRequest,
  repositoryId?: number,
): PullRequestRef {
  return {
    number,
    title,
    headSha: head.sha,
    headRef: head.ref,
    baseSha: base.sha,
    baseRef: base.ref,
    fork: head.repo?.id !== (base.repo?.id ?? repositoryId),
  };
}

export async function getPullRequest(
  client: GitHubClient,
  { owner, name }: RepositoryRef,
  pull_number: number,
  signal?: AbortSignal,
): Promise<PullRequest> {
  const parameters = { owner, repo: name, pull_number };
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, { signal });
  const pullRequest = pullRequestReader.response(data, "GitHub's pull request");
  const head = pullRequest.head.repo;
  return {
    ...toPullRequestRef(pullRequest),
    state: pullRequest.state === 'closed' ? 'closed' : 'open',
    headRepository: head?.name && head.owner ? { owner: head.owner.login, name: head.name } : null,
  };
}
