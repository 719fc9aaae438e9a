import { createIssue, publishIssue } from './issues.ts';
import type { Account, Issue, PullRequestPart, Repository } from './model.ts';
import type { World } from './world.ts';

export interface NewPullRequest {
  title: string;
  body?: string | null;
  head: string;
  /** Default: the default branch. */
  base?: string;
  draft?: boolean;
}

export function createPullRequest(world: World, repository: Repository, author: Account, input: NewPullRequest): Issue {
  const id = world.nextId();
  const part: PullRequestPart = {
    id,
    nodeId: world.nodeId('PR', id),
    headRef: input.head,
    headSha: world.sha(),
    baseRef: input.base ?? repository.defaultBranch,
    baseSha: repository.headSha,
    draft: input.draft ?? false,
    mergedAt: null,
  };
  return createIssue(world, repository, author, { title: input.title, body: input.body ?? null }, part);
}

/** New commits on the pull request's branch. Returns the new head commit. */
export function synchronizePullRequest(world: World, issue: Issue, part: PullRequestPart, sender: Account): string {
  const before = part.headSha;
  part.headSha = world.sha();
  issue.updatedAt = world.timestamp();
  issue.repository.revision += 1;
  publishIssue(world, sender, issue, 'synchronize', () => ({ before, after: part.headSha }));
  return part.headSha;
}
