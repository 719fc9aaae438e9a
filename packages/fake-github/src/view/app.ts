import type { JsonObject } from '../json.ts';
import type { App, Installation, Repository } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { simpleUser } from './account.ts';
import type { Urls } from './urls.ts';

const events = ['issues', 'issue_comment', 'label', 'pull_request', 'push', 'repository'];

/** Returns an app as GitHub's `integration`, the body of `GET /app`. */
export function appView(app: App, installations: number, urls: Urls): JsonObject {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: app.nodeId,
    owner: simpleUser(app.owner, urls),
    name: app.name,
    description: '',
    external_url: `${urls.html}/apps/${app.slug}`,
    html_url: `${urls.html}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events,
    installations_count: installations,
  };
}

export function installationView(installation: Installation, urls: Urls): JsonObject {
  const { account, app } = installation;
  return {
    id: installation.id,
    account: simpleUser(account, urls),
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.html}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedBy === null ? null : simpleUser(installation.suspendedBy, urls),
    suspended_at: installation.suspendedAt,
  };
}

/** Returns a repository in the form of the webhooks about installations. */
export function installedRepository(repository: Repository): JsonObject {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(repository),
    private: repository.isPrivate,
  };
}
