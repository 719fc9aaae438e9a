import { ApiError, notFound } from '../errors.ts';
import { accessRules, repositoryAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { readPage } from '../http/pagination.ts';
import { compareCommits, findCommit } from '../state/commits.ts';
import { fullName } from '../state/world.ts';
import { comparisonView } from '../view/commit.ts';

/** Compares two branches or commits of this repository. `owner:branch` of another repository is not supported. */
function compare(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readContents);
  const [baseName = '', headName = ''] = (context.params.basehead ?? '').split('...');
  const base = findCommit(repository, baseName);
  const head = findCommit(repository, headName);
  if (base === undefined || head === undefined) throw notFound();
  const comparison = compareCommits(repository, base, head);
  if (comparison === undefined) throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const { page, perPage } = readPage(context.query);
  const shown = comparison.ahead.slice((page - 1) * perPage, page * perPage);
  return { status: 200, body: comparisonView(repository, { base, head, comparison, shown }, context.urls) };
}

/** Returns the commit of a git ref. Only `heads/<branch>` is supported. */
function getRef(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readContents);
  const { ref = '' } = context.params;
  const branch = ref.replace(/^heads\//, '');
  const sha = branch === ref ? undefined : repository.branches.get(branch);
  if (sha === undefined) throw notFound();
  const api = `${context.urls.api}/repos/${fullName(repository)}/git`;
  const object = { sha, type: 'commit', url: `${api}/commits/${sha}` };
  return {
    status: 200,
    body: {
      ref: `refs/${ref}`,
      node_id: context.world.nodeId('REF', repository.id),
      url: `${api}/refs/${encodeURI(ref)}`,
      object,
    },
  };
}

export const commitRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/compare/{basehead}', handle: compare },
  { method: 'GET', path: '/repos/{owner}/{repo}/git/ref/{ref}', handle: getRef },
];
