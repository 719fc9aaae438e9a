import { addCommit, headOf } from './commits.ts';
import { createIssue, publishIssue } from './issues.ts';
import type { Account, Issue, PullRequestPart, Repository } from './model.ts';
import type { World } from './world.ts';

export interface NewPullRequest {
  title: string;
  body?: string | null;
  head: string;
  /** Newest commit of the head branch. Default: a new commit on top of the base. Tests with a real git repository set it. */
  headSha?: string;
  /** Name of the base branch. Default: the default branch. */
  base?: string;
  draft?: boolean;
}

/** Opens a pull request. `headRepository` is the fork that contains the head branch, or null if the fork was deleted. */
export function createPullRequest(
  world: World,
  repository: Repository,
  author: Account,
  input: NewPullRequest,
  headRepository: Repository | null,
): Issue {
  const id = world.nextId();
  const baseRef = input.base ?? repository.defaultBranch;
  const baseSha = repository.branches.get(baseRef) ?? headOf(repository);
  const headSha = addCommit(world, repository, baseSha, input.headSha);
  if (headRepository === repository) repository.branches.set(input.head, headSha);
  const part: PullRequestPart = {
    id,
    nodeId: world.nodeId('PR', id),
    headRef: input.head,
    headSha,
    headRepository,
    baseRef,
    baseSha,
    draft: input.draft ?? false,
    mergedAt: null,
  };
  return createIssue(world, repository, author, { title: input.title, body: input.body ?? null }, part);
}

/** Adds new commits to the pull request's branch and returns the new head commit. */
export function synchronizePullRequest(
  world: World,
  issue: Issue,
  part: PullRequestPart,
  sender: Account,
  sha?: string,
): string {
  const { repository } = issue;
  const before = part.headSha;
  part.headSha = addCommit(world, repository, before, sha);
  if (part.headRepository === repository) repository.branches.set(part.headRef, part.headSha);
  issue.updatedAt = world.timestamp();
  repository.revision += 1;
  publishIssue(world, sender, issue, 'synchronize', () => ({ before, after: part.headSha }));
  return part.headSha;
}
