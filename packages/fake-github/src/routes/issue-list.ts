import { validationFailed } from '../errors.ts';
import type { Issue, Repository } from '../state/model.ts';
import { formatTimestamp, type World } from '../state/world.ts';

/** Position of an issue in a sorted list; the number breaks ties. */
export type Position = readonly [value: string | number, number: number];

/** The issues and pull requests that match a query, in its order. */
export interface IssueList {
  readonly issues: readonly Issue[];
  position(issue: Issue): Position;
  /** Returns a negative number if the first issue precedes the second in the order of the list. */
  compare(left: Position, right: Position): number;
}

function word<T extends string>(query: URLSearchParams, name: string, words: readonly T[], fallback: T): T {
  const value = query.get(name);
  if (value === null) return fallback;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw validationFailed({ resource: 'Issue', code: 'invalid', field: name });
  return word;
}

/** Returns the query parameter `since` as GitHub compares it: in whole seconds, inclusive. */
function readSince(query: URLSearchParams): string | null {
  const value = query.get('since');
  if (value === null) return null;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw validationFailed({ resource: 'Issue', code: 'invalid', field: 'since' });
  return formatTimestamp(milliseconds);
}

function filter(world: World, query: URLSearchParams): (issue: Issue) => boolean {
  const state = word(query, 'state', ['open', 'closed', 'all'], 'open');
  const since = readSince(query);
  const creator = query.get('creator')?.toLowerCase() ?? null;
  const assignee = query.get('assignee')?.toLowerCase() ?? null;
  const labels = (query.get('labels') ?? '').toLowerCase().split(',').filter(Boolean);
  if (creator !== null && world.findAccount(creator) === undefined) {
    throw validationFailed({ resource: 'Issue', code: 'invalid', field: 'creator' });
  }
  return (issue) =>
    (state === 'all' || issue.state === state) &&
    (since === null || issue.updatedAt >= since) &&
    (creator === null || issue.author.login.toLowerCase() === creator) &&
    (assignee === null || hasAssignee(issue, assignee)) &&
    labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name));
}

function hasAssignee(issue: Issue, wanted: string): boolean {
  if (wanted === '*') return issue.assignees.length > 0;
  if (wanted === 'none') return issue.assignees.length === 0;
  return issue.assignees.some((account) => account.login.toLowerCase() === wanted);
}

const sortValues = {
  created: (issue: Issue) => issue.createdAt,
  updated: (issue: Issue) => issue.updatedAt,
  comments: (issue: Issue) => issue.comments.length,
} as const;

export function listIssues(world: World, repository: Repository, query: URLSearchParams): IssueList {
  const sort = word(query, 'sort', ['created', 'updated', 'comments'], 'created');
  const sign = word(query, 'direction', ['asc', 'desc'], 'desc') === 'asc' ? 1 : -1;
  const position = (issue: Issue): Position => [sortValues[sort](issue), issue.number];
  const compare = (left: Position, right: Position): number => {
    if (left[0] !== right[0]) return left[0] < right[0] ? -sign : sign;
    return sign * (left[1] - right[1]);
  };
  const key = ['state', 'since', 'creator', 'assignee', 'labels', 'sort', 'direction']
    .map((name) => query.get(name) ?? '')
    .join('\n');
  const cached = repository.lastList;
  if (cached?.key === key && cached.revision === repository.revision) {
    return { issues: cached.issues, position, compare };
  }
  const issues = [...repository.issues.values()]
    .filter(filter(world, query))
    .sort((left, right) => compare(position(left), position(right)));
  repository.lastList = { revision: repository.revision, key, issues };
  return { issues, position, compare };
}
