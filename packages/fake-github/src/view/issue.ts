import type { JsonObject } from '../json.ts';
import type { Account, Comment, Issue } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { simpleUser } from './account.ts';
import { labelView } from './label.ts';
import type { Urls } from './urls.ts';

export function authorAssociation(account: Account, issue: Issue): string {
  const { owner, collaborators } = issue.repository;
  if (account === owner) return 'OWNER';
  if (owner.members.has(account.login.toLowerCase())) return 'MEMBER';
  return collaborators.has(account.login.toLowerCase()) ? 'COLLABORATOR' : 'NONE';
}

function reactions(url: string): JsonObject {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}

/** Returns an issue in GitHub's form `issue`, as in lists and webhooks. Pull requests have a `pull_request` part. */
export function issueView(issue: Issue, urls: Urls): JsonObject {
  const { repository, pullRequest } = issue;
  const name = fullName(repository);
  const api = `${urls.api}/repos/${name}`;
  const url = `${api}/issues/${issue.number}`;
  const html = `${urls.html}/${name}/${pullRequest === null ? 'issues' : 'pull'}/${issue.number}`;
  const assignees = issue.assignees.map((assignee) => simpleUser(assignee, urls));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: issue.nodeId,
    number: issue.number,
    title: issue.title,
    user: simpleUser(issue.author, urls),
    labels: issue.labels.map((label) => labelView(label, repository, urls)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: authorAssociation(issue.author, issue),
    active_lock_reason: null,
    ...(pullRequest === null
      ? { sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 } }
      : {
          draft: pullRequest.draft,
          pull_request: {
            url: `${api}/pulls/${issue.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: pullRequest.mergedAt,
          },
        }),
    body: issue.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
  };
}

/** Returns an issue as in a response for this issue alone, which also contains who closed it. */
export function singleIssueView(issue: Issue, urls: Urls): JsonObject {
  return { ...issueView(issue, urls), closed_by: issue.closedBy === null ? null : simpleUser(issue.closedBy, urls) };
}

export function commentView(comment: Comment, issue: Issue, urls: Urls): JsonObject {
  const name = fullName(issue.repository);
  const url = `${urls.api}/repos/${name}/issues/comments/${comment.id}`;
  const kind = issue.pullRequest === null ? 'issues' : 'pull';
  return {
    url,
    html_url: `${urls.html}/${name}/${kind}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${urls.api}/repos/${name}/issues/${issue.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: simpleUser(comment.author, urls),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(comment.author, issue),
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: null,
  };
}
