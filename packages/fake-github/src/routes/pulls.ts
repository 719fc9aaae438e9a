import { notFound } from '../errors.ts';
import { accessRules, issueAccess, repositoryAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { pageResponse } from '../http/pagination.ts';
import type { Issue, PullRequestPart } from '../state/model.ts';
import { pullRequestView } from '../view/pull-request.ts';

function part(issue: Issue): PullRequestPart {
  if (issue.pullRequest === null) throw notFound();
  return issue.pullRequest;
}

function list(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readPulls);
  const state = context.query.get('state') ?? 'open';
  const pulls = [...repository.issues.values()]
    .filter((issue) => issue.pullRequest !== null && (state === 'all' || issue.state === state))
    .reverse();
  return pageResponse(context, pulls, `/repositories/${repository.id}/pulls`, (issue) =>
    pullRequestView(issue, part(issue), context.urls),
  );
}

export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/pulls', handle: list },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/pulls/{pull_number}',
    handle: (context) => {
      const { issue } = issueAccess(context, accessRules.readPulls);
      return { status: 200, body: pullRequestView(issue, part(issue), context.urls) };
    },
  },
];
