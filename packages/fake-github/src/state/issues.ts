import { validationFailed } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { countCharacters } from '../settings.ts';
import { simpleUser } from '../view/account.ts';
import { issueView } from '../view/issue.ts';
import { labelView } from '../view/label.ts';
import { pullRequestView } from '../view/pull-request.ts';
import { repositoryView } from '../view/repository.ts';
import type { Urls } from '../view/urls.ts';
import { isAssignable } from './accounts.ts';
import { findOrCreateLabel } from './labels.ts';
import type { Account, Issue, Label, PullRequestPart, Repository, StateReason } from './model.ts';
import { organizationOf } from './repository-events.ts';
import type { World } from './world.ts';

const maximumAssignees = 10;

export interface IssueChange {
  title?: string;
  body?: string | null;
  state?: 'open' | 'closed';
  /** The reason for closing or reopening, which GitHub ignores unless the state changes. */
  stateReason?: StateReason | null;
  /** The new labels, which replace the whole list. */
  labels?: readonly string[];
  /** The new assignees, which replace the whole list. People who cannot be assigned are dropped silently. */
  assignees?: readonly string[];
}

function tooLong(field: string, maximum: number): never {
  const message = `${field} is too long (maximum is ${maximum} characters)`;
  throw validationFailed({ resource: 'Issue', code: 'custom', field, message });
}

function checkText({ limits }: World, input: { title?: string; body?: string | null }): void {
  if (input.title?.trim() === '') throw validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' });
  if (countCharacters(input.title ?? '') > limits.title) tooLong('title', limits.title);
  if (countCharacters(input.body ?? '') > limits.body) tooLong('body', limits.body);
}

/** Publishes an event about an issue or, with the same action, about a pull request. */
export function publishIssue(
  world: World,
  sender: Account,
  issue: Issue,
  action: string,
  extra: (urls: Urls) => JsonObject = () => ({}),
): void {
  const { pullRequest, repository } = issue;
  const base = { action, sender, repository, organization: organizationOf(repository) };
  if (pullRequest === null) {
    world.publish({ ...base, event: 'issues', body: (urls) => ({ issue: issueView(issue, urls), ...extra(urls) }) });
    return;
  }
  world.publish({
    ...base,
    event: 'pull_request',
    body: (urls) => ({
      number: issue.number,
      pull_request: pullRequestView(issue, pullRequest, urls),
      ...extra(urls),
    }),
  });
}

function resolveLabels(world: World, repository: Repository, sender: Account, names: readonly string[]): Label[] {
  return [...new Set(names.map((name) => findOrCreateLabel(world, repository, sender, name)))];
}

function resolveAssignees(world: World, repository: Repository, logins: readonly string[]): Account[] {
  const accounts = new Set<Account>();
  for (const login of logins) {
    const account = world.findAccount(login);
    if (account !== undefined && isAssignable(account, repository)) accounts.add(account);
  }
  return [...accounts].slice(0, maximumAssignees);
}

export interface NewIssue {
  title: string;
  body?: string | null;
  labels?: readonly string[];
  assignees?: readonly string[];
  state?: 'open' | 'closed';
  stateReason?: StateReason | null;
  createdAt?: string;
  updatedAt?: string;
}

/** Adds an issue without sending an event. */
export function putIssue(
  world: World,
  repository: Repository,
  author: Account,
  input: NewIssue,
  pullRequest: PullRequestPart | null = null,
): Issue {
  checkText(world, input);
  const id = world.nextId();
  const createdAt = input.createdAt ?? input.updatedAt ?? world.timestamp();
  const closed = input.state === 'closed';
  const number = repository.nextNumber;
  const updatedAt = input.updatedAt ?? createdAt;
  const issue: Issue = {
    id,
    nodeId: world.nodeId(pullRequest === null ? 'I' : 'PR', id),
    number,
    repository,
    author,
    title: input.title,
    body: input.body ?? null,
    state: closed ? 'closed' : 'open',
    stateReason: closed && pullRequest === null ? (input.stateReason ?? 'completed') : null,
    labels: resolveLabels(world, repository, author, input.labels ?? []),
    assignees: resolveAssignees(world, repository, input.assignees ?? []),
    comments: [],
    locked: false,
    createdAt,
    updatedAt,
    closedAt: closed ? updatedAt : null,
    closedBy: closed ? author : null,
    pullRequest,
  };
  repository.nextNumber += 1;
  repository.issues.set(number, issue);
  repository.revision += 1;
  return issue;
}

export function createIssue(
  world: World,
  repository: Repository,
  author: Account,
  input: NewIssue,
  pullRequest: PullRequestPart | null = null,
): Issue {
  const issue = putIssue(world, repository, author, input, pullRequest);
  publishIssue(world, author, issue, 'opened');
  for (const label of issue.labels) publishLabel(world, author, issue, 'labeled', label);
  for (const assignee of issue.assignees) publishAssignee(world, author, issue, 'assigned', assignee);
  return issue;
}

function publishLabel(world: World, sender: Account, issue: Issue, action: string, label: Label): void {
  publishIssue(world, sender, issue, action, (urls) => ({ label: labelView(label, issue.repository, urls) }));
}

function publishAssignee(world: World, sender: Account, issue: Issue, action: string, assignee: Account): void {
  publishIssue(world, sender, issue, action, (urls) => ({ assignee: simpleUser(assignee, urls) }));
}

function touch(world: World, issue: Issue): void {
  issue.updatedAt = world.timestamp();
  issue.repository.revision += 1;
}

/** Changes an issue. Updates `updated_at` once and sends one event per kind of change; does nothing if there is no difference. */
export function changeIssue(world: World, issue: Issue, sender: Account, change: IssueChange): void {
  checkText(world, change);
  const { repository } = issue;
  const edits: JsonObject = {};
  if (change.title !== undefined && change.title !== issue.title) edits.title = { from: issue.title };
  if (change.body !== undefined && change.body !== issue.body) edits.body = { from: issue.body ?? '' };
  const newState = change.state !== undefined && change.state !== issue.state ? change.state : null;
  const labels = change.labels === undefined ? issue.labels : resolveLabels(world, repository, sender, change.labels);
  const assignees =
    change.assignees === undefined ? issue.assignees : resolveAssignees(world, repository, change.assignees);
  const labeled = labels.filter((label) => !issue.labels.includes(label));
  const unlabeled = issue.labels.filter((label) => !labels.includes(label));
  const assigned = assignees.filter((account) => !issue.assignees.includes(account));
  const unassigned = issue.assignees.filter((account) => !assignees.includes(account));
  const edited = Object.keys(edits).length > 0;
  const listChanges = labeled.length + unlabeled.length + assigned.length + unassigned.length;
  if (!edited && newState === null && listChanges === 0) return;

  touch(world, issue);
  issue.title = change.title ?? issue.title;
  if (change.body !== undefined) issue.body = change.body;
  issue.labels = labels;
  issue.assignees = assignees;
  if (newState !== null) setState(issue, newState, change.stateReason ?? null, sender);

  if (edited) publishIssue(world, sender, issue, 'edited', () => ({ changes: edits }));
  if (newState !== null) publishIssue(world, sender, issue, newState === 'closed' ? 'closed' : 'reopened');
  for (const label of labeled) publishLabel(world, sender, issue, 'labeled', label);
  for (const label of unlabeled) publishLabel(world, sender, issue, 'unlabeled', label);
  for (const account of assigned) publishAssignee(world, sender, issue, 'assigned', account);
  for (const account of unassigned) publishAssignee(world, sender, issue, 'unassigned', account);
}

function setState(issue: Issue, state: 'open' | 'closed', reason: StateReason | null, sender: Account): void {
  issue.state = state;
  issue.closedAt = state === 'closed' ? issue.updatedAt : null;
  issue.closedBy = state === 'closed' ? sender : null;
  if (issue.pullRequest !== null) return;
  issue.stateReason = state === 'closed' ? (reason ?? 'completed') : 'reopened';
}

/** Deletes the issue, so that requests for its number get 410. */
export function deleteIssue(world: World, issue: Issue, sender: Account): void {
  const { repository } = issue;
  repository.issues.delete(issue.number);
  repository.deletedNumbers.add(issue.number);
  repository.revision += 1;
  publishIssue(world, sender, issue, 'deleted');
}

/** Moves an issue: it gets a new id and number, with the events `transferred` and `opened`, and the former number redirects with 301. */
export function transferIssue(world: World, issue: Issue, target: Repository, sender: Account): Issue {
  const source = issue.repository;
  const moved = putIssue(world, target, issue.author, {
    title: issue.title,
    body: issue.body,
    labels: issue.labels.map((label) => label.name),
    assignees: issue.assignees.map((account) => account.login),
    state: issue.state,
    stateReason: issue.stateReason,
    createdAt: issue.createdAt,
    updatedAt: world.timestamp(),
  });
  moved.comments = issue.comments;
  source.issues.delete(issue.number);
  source.transferred.set(issue.number, moved);
  source.revision += 1;
  publishIssue(world, sender, issue, 'transferred', (urls) => ({
    changes: { new_issue: issueView(moved, urls), new_repository: repositoryView(target, urls) },
  }));
  publishIssue(world, sender, moved, 'opened', (urls) => ({
    changes: { old_issue: issueView(issue, urls), old_repository: repositoryView(source, urls) },
  }));
  return moved;
}
