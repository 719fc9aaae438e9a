import { validationFailed } from '../errors.ts';
import {
  accessRules,
  issueAccess,
  issueWriteAccess,
  repositoryAccess,
  requireIssues,
  writeAccess,
} from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, nullableString, optionalStringList, optionalWord } from '../http/fields.ts';
import type { JsonObject } from '../json.ts';
import { isAssignable } from '../state/accounts.ts';
import { changeIssue, createIssue, type IssueChange } from '../state/issues.ts';
import type { Repository } from '../state/model.ts';
import { singleIssueView } from '../view/issue.ts';
import { listIssues } from './issue-list.ts';
import { issuePage } from './issue-page.ts';

function list(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readIssues);
  requireIssues(repository);
  return issuePage(context, repository, listIssues(context.world, repository, context.query));
}

/** Returns the title in a request body, which GitHub also accepts as a number. */
function readTitle(body: JsonObject): string | undefined {
  const { title } = body;
  return typeof title === 'number' ? String(title) : (nullableString(body, 'title') ?? undefined);
}

/** Throws 422 if people cannot be assigned to the issue and the setting `unassignable` is `reject`. */
function checkAssignees(context: RequestContext, repository: Repository, logins: readonly string[] | undefined): void {
  if (context.settings.unassignable === 'drop') return;
  for (const value of logins ?? []) {
    const account = context.world.findAccount(value);
    if (account === undefined || !isAssignable(account, repository)) {
      throw validationFailed({ resource: 'Issue', code: 'invalid', field: 'assignees', value });
    }
  }
}

function create(context: RequestContext): RouteResponse {
  const { repository, caller, permission } = writeAccess(context, accessRules.openIssue);
  requireIssues(repository);
  const body = bodyObject(context.body);
  const title = readTitle(body);
  if (title === undefined) {
    throw validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' });
  }
  const assignees = readAssignees(body);
  // GitHub silently drops labels and assignees that people without triage access set.
  const mayTriage = permission !== 'read';
  if (mayTriage) checkAssignees(context, repository, assignees);
  const issue = createIssue(context.world, repository, caller, {
    title,
    body: nullableString(body, 'body') ?? null,
    labels: mayTriage ? (optionalStringList(body, 'labels', 'name') ?? []) : [],
    assignees: mayTriage ? (assignees ?? []) : [],
  });
  const view = singleIssueView(issue, context.urls);
  return { status: 201, body: view, headers: { location: String(view.url) } };
}

function readAssignees(body: JsonObject): string[] | undefined {
  const many = optionalStringList(body, 'assignees', 'login');
  if (many !== undefined) return many;
  const one = nullableString(body, 'assignee');
  if (one === undefined) return undefined;
  return one === null || one === '' ? [] : [one];
}

function update(context: RequestContext): RouteResponse {
  const { issue, caller, permission } = issueWriteAccess(context, { authorMay: true });
  const body = bodyObject(context.body);
  const change: IssueChange = {};
  const title = readTitle(body);
  if (title !== undefined) change.title = title;
  const text = nullableString(body, 'body');
  if (text !== undefined) change.body = text;
  const state = optionalWord(body, 'state', ['open', 'closed']);
  if (state !== undefined) change.state = state;
  if (body.state_reason !== null) {
    const reason = optionalWord(body, 'state_reason', ['completed', 'not_planned', 'duplicate', 'reopened']);
    if (reason !== undefined) change.stateReason = reason;
  }
  if (permission !== 'read') {
    const labels = optionalStringList(body, 'labels', 'name');
    if (labels !== undefined) change.labels = labels;
    const assignees = readAssignees(body);
    checkAssignees(context, issue.repository, assignees);
    if (assignees !== undefined) change.assignees = assignees;
  }
  changeIssue(context.world, issue, caller, change);
  return { status: 200, body: singleIssueView(issue, context.urls) };
}

export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/issues', handle: list },
  { method: 'POST', path: '/repos/{owner}/{repo}/issues', handle: create },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/issues/{issue_number}',
    handle: (context) => {
      const { issue } = issueAccess(context, accessRules.readIssues);
      return { status: 200, body: singleIssueView(issue, context.urls) };
    },
  },
  { method: 'PATCH', path: '/repos/{owner}/{repo}/issues/{issue_number}', handle: update },
];
