import { ApiError, notFound } from '../errors.ts';
import { findRepository, requirePresentName, requireToken } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, invalidRequest, optionalStringList } from '../http/fields.ts';
import { pageResponse, readPage } from '../http/pagination.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Account, App, FineGrained, Installation, Repository } from '../state/model.ts';
import { coveredBy, covers, issueInstallationToken } from '../state/tokens.ts';
import { formatTimestamp } from '../state/world.ts';
import { appView, installationView } from '../view/app.ts';
import { repositoryView } from '../view/repository.ts';

function requireApp(context: RequestContext): App {
  const { credential, world } = context;
  const app = credential.kind === 'app' ? world.apps.get(credential.appId) : undefined;
  if (app === undefined) throw new ApiError(401, 'A JSON web token could not be decoded');
  return app;
}

function installationsOf(context: RequestContext, app: App): Installation[] {
  return [...context.world.installations.values()].filter((installation) => installation.app === app);
}

function findInstallation(context: RequestContext): Installation {
  const app = requireApp(context);
  const installation = context.world.installations.get(Number(context.params.installation_id));
  if (installation === undefined || installation.app !== app) throw notFound();
  return installation;
}

/** Returns the App's installation on an account. Throws 404 if it is not installed there. */
function installationOn(context: RequestContext, account: Account | undefined): Installation {
  const app = requireApp(context);
  const found = installationsOf(context, app).find((installation) => installation.account === account);
  if (found === undefined) throw notFound();
  return found;
}

function showInstallation(context: RequestContext, installation: Installation): RouteResponse {
  return { status: 200, body: installationView(installation, context.urls) };
}

function repositoryInstallation(context: RequestContext): RouteResponse {
  const app = requireApp(context);
  const repository = findRepository(context);
  const installation = installationsOf(context, app).find((candidate) => covers(candidate, repository));
  if (installation === undefined) throw notFound();
  requirePresentName(context, repository);
  return showInstallation(context, installation);
}

/** Returns the requested permissions. Throws if the app does not have them. */
function readPermissions(body: JsonObject, app: App): FineGrained {
  const { permissions } = body;
  if (permissions === undefined) return app.permissions;
  if (!isObject(permissions)) throw invalidRequest('permissions', permissions, 'an object');
  const ranks = { read: 1, write: 2, admin: 3 };
  return Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => {
      const granted = app.permissions[name];
      if (
        (level !== 'read' && level !== 'write' && level !== 'admin') ||
        granted === undefined ||
        ranks[granted] < ranks[level]
      ) {
        throw new ApiError(422, 'The permissions requested are not granted to this installation.');
      }
      return [name, level];
    }),
  );
}

function readRepositories(context: RequestContext, body: JsonObject, installation: Installation): Repository[] | null {
  const names = optionalStringList(body, 'repositories', 'name');
  const ids = body.repository_ids;
  if (names === undefined && ids === undefined) return null;
  const all = coveredBy(context.world, installation);
  const chosen = all.filter(
    (repository) => names?.includes(repository.name) === true || (Array.isArray(ids) && ids.includes(repository.id)),
  );
  const wanted = (names?.length ?? 0) + (Array.isArray(ids) ? ids.length : 0);
  if (chosen.length < wanted) {
    throw new ApiError(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return chosen;
}

function createToken(context: RequestContext): RouteResponse {
  const installation = findInstallation(context);
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  const body = bodyObject(context.body);
  const permissions = readPermissions(body, installation.app);
  const chosen = readRepositories(context, body, installation);
  // If the request selects no repositories, the token can access all those of the installation, including ones that are added to it
  // later.
  const ids = chosen === null ? null : new Set(chosen.map((repository) => repository.id));
  const token = issueInstallationToken(context.world, installation, permissions, ids);
  return {
    status: 201,
    body: {
      token: token.value,
      expires_at: formatTimestamp(token.expiresAt),
      permissions,
      repository_selection: ids === null && installation.repositoryIds === null ? 'all' : 'selected',
      ...(chosen === null ? {} : { repositories: chosen.map((one) => repositoryView(one, context.urls)) }),
    },
  };
}

function listRepositories(context: RequestContext): RouteResponse {
  const token = requireToken(context);
  const { installation } = token;
  if (installation === null)
    throw new ApiError(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  const { page, perPage } = readPage(context.query);
  const all = coveredBy(context.world, installation).filter((one) => token.repositoryIds?.has(one.id) ?? true);
  const shown = all.slice((page - 1) * perPage, page * perPage);
  return {
    status: 200,
    body: {
      total_count: all.length,
      repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
      repositories: shown.map((one) => repositoryView(one, context.urls)),
    },
  };
}

export const appRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/app',
    handle: (context) => {
      const app = requireApp(context);
      return { status: 200, body: appView(app, installationsOf(context, app).length, context.urls) };
    },
  },
  {
    method: 'GET',
    path: '/app/installations',
    handle: (context) => {
      const installations = installationsOf(context, requireApp(context));
      return pageResponse(context, installations, '/app/installations', (one) => installationView(one, context.urls));
    },
  },
  {
    method: 'GET',
    path: '/app/installations/{installation_id}',
    handle: (context) => showInstallation(context, findInstallation(context)),
  },
  {
    method: 'GET',
    path: '/orgs/{org}/installation',
    handle: (context) => {
      const account = context.world.findAccount(context.params.org ?? '');
      return showInstallation(context, installationOn(context, account?.type === 'Organization' ? account : undefined));
    },
  },
  {
    method: 'GET',
    path: '/users/{username}/installation',
    handle: (context) => {
      const account = context.world.findAccount(context.params.username ?? '');
      return showInstallation(context, installationOn(context, account));
    },
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/installation', handle: repositoryInstallation },
  { method: 'POST', path: '/app/installations/{installation_id}/access_tokens', handle: createToken },
  { method: 'GET', path: '/installation/repositories', handle: listRepositories },
];
