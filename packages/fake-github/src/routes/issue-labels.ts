import { ApiError } from '../errors.ts';
import { accessRules, issueAccess, issueWriteAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { stringList } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import { isObject } from '../json.ts';
import { changeIssue } from '../state/issues.ts';
import type { Issue } from '../state/model.ts';
import { labelView } from '../view/label.ts';

const path = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

/**
 * Returns the label names in a request body. It is `{ labels: [...] }` or the list itself, with names or with objects that contain a
 * name.
 */
function readNames(body: unknown): string[] {
  const list = isObject(body) ? body.labels : body;
  return list === undefined || list === null ? [] : stringList(list, 'labels', 'name');
}

function labelsResponse(context: RequestContext, issue: Issue): RouteResponse {
  return { status: 200, body: issue.labels.map((label) => labelView(label, issue.repository, context.urls)) };
}

function list(context: RequestContext): RouteResponse {
  const { issue, repository } = issueAccess(context, accessRules.readIssues);
  const linkPath = `/repositories/${repository.id}/issues/${issue.number}/labels`;
  return pageResponse(context, issue.labels, linkPath, (label) => labelView(label, repository, context.urls));
}

function add(context: RequestContext): RouteResponse {
  const { issue, caller } = issueWriteAccess(context, { authorMay: false });
  const labels = [...issue.labels.map((label) => label.name), ...readNames(context.body)];
  changeIssue(context.world, issue, caller, { labels });
  return labelsResponse(context, issue);
}

function replace(context: RequestContext): RouteResponse {
  const { issue, caller } = issueWriteAccess(context, { authorMay: false });
  changeIssue(context.world, issue, caller, { labels: readNames(context.body) });
  return labelsResponse(context, issue);
}

function remove(context: RequestContext): RouteResponse {
  const { issue, caller } = issueWriteAccess(context, { authorMay: false });
  const name = (context.params.name ?? '').toLowerCase();
  const rest = issue.labels.filter((label) => label.name.toLowerCase() !== name);
  if (rest.length === issue.labels.length) throw new ApiError(404, 'Label does not exist');
  changeIssue(context.world, issue, caller, { labels: rest.map((label) => label.name) });
  return labelsResponse(context, issue);
}

function removeAll(context: RequestContext): RouteResponse {
  const { issue, caller } = issueWriteAccess(context, { authorMay: false });
  changeIssue(context.world, issue, caller, { labels: [] });
  return { status: 204 };
}

export const issueLabelRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: add },
  { method: 'PUT', path, handle: replace },
  { method: 'DELETE', path, handle: removeAll },
  { method: 'DELETE', path: `${path}/{name}`, handle: remove },
];
