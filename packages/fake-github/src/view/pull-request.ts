import type { JsonObject } from '../json.ts';
import type { Issue, PullRequestPart, Repository } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { simpleUser } from './account.ts';
import { authorAssociation } from './issue.ts';
import { labelView } from './label.ts';
import { repositoryView } from './repository.ts';
import type { Urls } from './urls.ts';

/** Returns a pull request in GitHub's form `pull-request`, which is the same in `GET …/pulls/{n}` and in webhooks. */
export function pullRequestView(issue: Issue, part: PullRequestPart, urls: Urls): JsonObject {
  const { repository } = issue;
  const name = fullName(repository);
  const api = `${urls.api}/repos/${name}`;
  const url = `${api}/pulls/${issue.number}`;
  const html = `${urls.html}/${name}/pull/${issue.number}`;
  const statuses = `${api}/statuses/${part.headSha}`;
  const user = simpleUser(issue.author, urls);
  const branchSettings = {
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    allow_update_branch: false,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    merge_commit_message: 'PR_TITLE',
    merge_commit_title: 'MERGE_MESSAGE',
  };
  const end = (where: Repository | null, ref: string, sha: string): JsonObject => ({
    label: `${where?.owner.login ?? 'unknown'}:${ref}`,
    ref,
    sha,
    user: where === null ? null : simpleUser(where.owner, urls),
    repo: where === null ? null : { ...repositoryView(where, urls), ...branchSettings },
  });
  const assignees = issue.assignees.map((assignee) => simpleUser(assignee, urls));
  return {
    url,
    id: part.id,
    node_id: part.nodeId,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${issue.number}`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user,
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: part.mergedAt,
    merge_commit_sha: null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((label) => labelView(label, repository, urls)),
    milestone: null,
    draft: part.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    statuses_url: statuses,
    head: end(part.headRepository, part.headRef, part.headSha),
    base: end(repository, part.baseRef, part.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: `${api}/issues/${issue.number}` },
      comments: { href: `${api}/issues/${issue.number}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(issue.author, issue),
    auto_merge: null,
    active_lock_reason: null,
    merged: part.mergedAt !== null,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: null,
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
}
