import { ApiError } from '../errors.ts';
import { accessRules, issueWriteAccess, repositoryAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, optionalStringList } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import { isAssignable } from '../state/accounts.ts';
import { changeIssue } from '../state/issues.ts';
import { simpleUser } from '../view/account.ts';
import { singleIssueView } from '../view/issue.ts';

const path = '/repos/{owner}/{repo}/issues/{issue_number}/assignees';

function change(
  context: RequestContext,
  status: number,
  next: (now: string[], named: string[]) => string[],
): RouteResponse {
  const { issue, caller } = issueWriteAccess(context, { authorMay: false });
  const named = optionalStringList(bodyObject(context.body), 'assignees', 'login') ?? [];
  const now = issue.assignees.map((account) => account.login);
  changeIssue(context.world, issue, caller, { assignees: next(now, named) });
  return { status, body: singleIssueView(issue, context.urls) };
}

function without(now: string[], named: string[]): string[] {
  const removed = new Set(named.map((login) => login.toLowerCase()));
  return now.filter((login) => !removed.has(login.toLowerCase()));
}

function listAssignable(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readIssues);
  const people = [...context.world.accounts.values()].filter((account) => isAssignable(account, repository));
  return pageResponse(context, people, `/repositories/${repository.id}/assignees`, (account) =>
    simpleUser(account, context.urls),
  );
}

function checkAssignable(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readIssues);
  const account = context.world.findAccount(context.params.assignee ?? '');
  if (account === undefined || !isAssignable(account, repository)) throw new ApiError(404, 'Not Found');
  return { status: 204 };
}

export const assigneeRoutes: readonly Route[] = [
  { method: 'POST', path, handle: (context) => change(context, 201, (now, named) => [...now, ...named]) },
  { method: 'DELETE', path, handle: (context) => change(context, 200, without) },
  { method: 'GET', path: '/repos/{owner}/{repo}/assignees', handle: listAssignable },
  { method: 'GET', path: '/repos/{owner}/{repo}/assignees/{assignee}', handle: checkAssignable },
];
