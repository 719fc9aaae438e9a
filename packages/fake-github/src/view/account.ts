import type { JsonObject } from '../json.ts';
import type { Account } from '../state/model.ts';
import type { Urls } from './urls.ts';

/** Returns an account as GitHub's `simple-user`, the form of accounts inside other objects. */
export function simpleUser(account: Account, urls: Urls): JsonObject {
  const api = `${urls.api}/users/${encodeURIComponent(account.login)}`;
  const path = account.type === 'Bot' ? `apps/${account.login.replace(/\[bot\]$/, '')}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url: api,
    html_url: `${urls.html}/${path}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** Returns the body of `GET /user` (`public-user`). */
export function publicUser(account: Account, urls: Urls, publicRepositories: number): JsonObject {
  return {
    ...simpleUser(account, urls),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** Returns an organization as GitHub's `organization-simple`, which webhooks contain next to the repository. */
export function simpleOrganization(account: Account, urls: Urls): JsonObject {
  const api = `${urls.api}/orgs/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    description: '',
  };
}

/** Returns the body of `GET /orgs/{org}` (`organization-full`). */
export function fullOrganization(account: Account, urls: Urls, publicRepositories: number): JsonObject {
  return {
    ...simpleOrganization(account, urls),
    name: account.name ?? account.login,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${urls.html}/${account.login}`,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
    type: 'Organization',
  };
}
