import { ApiError, notFound } from '../errors.ts';
import { requireToken } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import type { Resource } from '../http/rate-limit.ts';
import type { Account } from '../state/model.ts';
import { fullOrganization, publicUser } from '../view/account.ts';

function publicRepositories(context: RequestContext, account: Account): number {
  return [...context.world.repositories.values()].filter((one) => one.owner === account && !one.isPrivate).length;
}

function currentUser(context: RequestContext): RouteResponse {
  const token = requireToken(context);
  if (token.kind === 'installation') throw new ApiError(403, 'Resource not accessible by integration');
  const body = publicUser(token.account, context.urls, publicRepositories(context, token.account));
  return { status: 200, body };
}

function user(context: RequestContext): RouteResponse {
  const account = context.world.findAccount(context.params.username ?? '');
  if (account === undefined) throw notFound();
  return { status: 200, body: publicUser(account, context.urls, publicRepositories(context, account)) };
}

function organization(context: RequestContext): RouteResponse {
  const account = context.world.findAccount(context.params.org ?? '');
  if (account?.type !== 'Organization') throw notFound();
  return { status: 200, body: fullOrganization(account, context.urls, publicRepositories(context, account)) };
}

/** Handles `GET /rate_limit`, which does not count against the rate limit itself. */
function rateLimit(context: RequestContext): RouteResponse {
  const status = (resource: Resource): object => context.rateLimit.status(context.credentialText, resource);
  const core = status('core');
  const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(context.world.now() / 1000) + 60 };
  return { status: 200, body: { resources: { core, search, graphql: status('graphql') }, rate: core } };
}

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/user', handle: currentUser },
  { method: 'GET', path: '/users/{username}', handle: user },
  { method: 'GET', path: '/orgs/{org}', handle: organization },
  { method: 'GET', path: '/rate_limit', handle: rateLimit },
];
