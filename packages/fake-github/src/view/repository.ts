import type { JsonObject } from '../json.ts';
import type { Permission, Repository } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { simpleUser } from './account.ts';
import type { Urls } from './urls.ts';

/** Returns the properties that a repository has in all responses and webhooks. */
export function repositoryView(repository: Repository, urls: Urls): JsonObject {
  const name = fullName(repository);
  const api = `${urls.api}/repos/${name}`;
  const html = `${urls.html}/${name}`;
  const host = new URL(urls.html).host;
  let openIssues = 0;
  for (const issue of repository.issues.values()) if (issue.state === 'open') openIssues += 1;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: name,
    private: repository.isPrivate,
    owner: simpleUser(repository.owner, urls),
    html_url: html,
    description: repository.description,
    fork: false,
    url: api,
    forks_url: `${api}/forks`,
    keys_url: `${api}/keys{/key_id}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    teams_url: `${api}/teams`,
    hooks_url: `${api}/hooks`,
    issue_events_url: `${api}/issues/events{/number}`,
    events_url: `${api}/events`,
    assignees_url: `${api}/assignees{/user}`,
    branches_url: `${api}/branches{/branch}`,
    tags_url: `${api}/tags`,
    blobs_url: `${api}/git/blobs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    trees_url: `${api}/git/trees{/sha}`,
    statuses_url: `${api}/statuses/{sha}`,
    languages_url: `${api}/languages`,
    stargazers_url: `${api}/stargazers`,
    contributors_url: `${api}/contributors`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    commits_url: `${api}/commits{/sha}`,
    git_commits_url: `${api}/git/commits{/sha}`,
    comments_url: `${api}/comments{/number}`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    contents_url: `${api}/contents/{+path}`,
    compare_url: `${api}/compare/{base}...{head}`,
    merges_url: `${api}/merges`,
    archive_url: `${api}/{archive_format}{/ref}`,
    downloads_url: `${api}/downloads`,
    issues_url: `${api}/issues{/number}`,
    pulls_url: `${api}/pulls{/number}`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    labels_url: `${api}/labels{/name}`,
    releases_url: `${api}/releases{/id}`,
    deployments_url: `${api}/deployments`,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${name}.git`,
    ssh_url: `git@${host}:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.isPrivate ? 'private' : 'public',
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

const ranks: Record<Permission, number> = { read: 0, triage: 1, write: 2, admin: 3 };

function permissionsView(permission: Permission): JsonObject {
  const rank = ranks[permission];
  return { admin: rank >= 3, maintain: rank >= 3, push: rank >= 2, triage: rank >= 1, pull: true };
}

/**
 * Returns the body of `GET /repos/{owner}/{repo}` (`full-repository`). `permission` is that of the caller, or null for an anonymous
 * caller.
 */
export function fullRepository(repository: Repository, urls: Urls, permission: Permission | null): JsonObject {
  return {
    ...repositoryView(repository, urls),
    ...(permission === null ? {} : { permissions: permissionsView(permission) }),
    network_count: 0,
    subscribers_count: 0,
    ...(repository.owner.type === 'Organization' ? { organization: simpleUser(repository.owner, urls) } : {}),
  };
}
