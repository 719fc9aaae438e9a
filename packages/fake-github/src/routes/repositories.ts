import { needs, repositoryAccess, requireToken } from '../http/access.ts';
import type { Answer, RequestContext, Route } from '../http/context.ts';
import { pageAnswer } from '../http/pagination.ts';
import { isMember } from '../state/accounts.ts';
import { reach } from '../state/tokens.ts';
import { fullName } from '../state/world.ts';
import { fullRepository } from '../view/repository.ts';

function get(context: RequestContext): Answer {
  const { repository, permission, caller } = repositoryAccess(context, needs.metadata);
  return { status: 200, body: fullRepository(repository, context.urls, caller === null ? null : permission) };
}

/** `GET /user/repos`: what the token's account owns or works on. */
function listOwn(context: RequestContext): Answer {
  const token = requireToken(context);
  const repositories = [...context.world.repositories.values()].filter(
    (repository) =>
      reach(token, repository) !== null &&
      (isMember(repository.owner, token.account) || repository.collaborators.has(token.account.login.toLowerCase())),
  );
  repositories.sort((left, right) => fullName(left).localeCompare(fullName(right)));
  return pageAnswer(context, repositories, '/user/repos', (repository) =>
    fullRepository(repository, context.urls, reach(token, repository) ?? 'read'),
  );
}

export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}', handle: get },
  { method: 'GET', path: '/user/repos', handle: listOwn },
];
