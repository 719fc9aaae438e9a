import { accessRules, repositoryAccess, requireToken } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { pageResponse } from '../http/pagination.ts';
import { isMember } from '../state/accounts.ts';
import { reach } from '../state/tokens.ts';
import { fullName } from '../state/world.ts';
import { fullRepository } from '../view/repository.ts';

function get(context: RequestContext): RouteResponse {
  const { repository, permission, caller } = repositoryAccess(context, accessRules.metadata);
  return { status: 200, body: fullRepository(repository, context.urls, caller === null ? null : permission) };
}

/** Handles `GET /user/repos`: the repositories that the token's account owns or collaborates on. */
function listOwn(context: RequestContext): RouteResponse {
  const token = requireToken(context);
  const repositories = [...context.world.repositories.values()].filter(
    (repository) =>
      reach(token, repository) !== null &&
      (isMember(repository.owner, token.account) || repository.collaborators.has(token.account.login.toLowerCase())),
  );
  repositories.sort((left, right) => fullName(left).localeCompare(fullName(right)));
  return pageResponse(context, repositories, '/user/repos', (repository) =>
    fullRepository(repository, context.urls, reach(token, repository) ?? 'read'),
  );
}

export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}', handle: get },
  { method: 'GET', path: '/user/repos', handle: listOwn },
];
