import { validationFailed } from '../errors.ts';
import type { Issue, Repository } from '../state/model.ts';
import { formatTimestamp, type World } from '../state/world.ts';

function word<T extends string>(query: URLSearchParams, name: string, words: readonly T[], fallback: T): T {
  const value = query.get(name);
  if (value === null) return fallback;
  const known = words.find((candidate) => candidate === value);
  if (known === undefined) throw validationFailed({ resource: 'Issue', code: 'invalid', field: name });
  return known;
}

/** `since` as GitHub compares it: whole seconds, inclusive. */
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
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  if (creator !== null && world.findAccount(creator) === undefined) {
    throw validationFailed({ resource: 'Issue', code: 'invalid', field: 'creator' });
  }
  return (issue) =>
    (state === 'all' || issue.state === state) &&
    (since === null || issue.updatedAt >= since) &&
    (creator === null || issue.author.login.toLowerCase() === creator) &&
    (assignee === null || hasAssignee(issue, assignee)) &&
    labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.toLowerCase()));
}

function hasAssignee(issue: Issue, wanted: string): boolean {
  if (wanted === '*') return issue.assignees.length > 0;
  if (wanted === 'none') return issue.assignees.length === 0;
  return issue.assignees.some((account) => account.login.toLowerCase() === wanted);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The issues and pull requests a list query asks for, in its order; ties are broken by number. */
export function listIssues(world: World, repository: Repository, query: URLSearchParams): readonly Issue[] {
  const sort = word(query, 'sort', ['created', 'updated', 'comments'], 'created');
  const direction = word(query, 'direction', ['asc', 'desc'], 'desc');
  const key = ['state', 'since', 'creator', 'assignee', 'labels', 'sort', 'direction']
    .map((name) => query.get(name) ?? '')
    .join('\n');
  const cached = repository.lastList;
  if (cached?.key === key && cached.revision === repository.revision) return cached.issues;
  const comparisons = {
    created: (left: Issue, right: Issue) => compareText(left.createdAt, right.createdAt),
    updated: (left: Issue, right: Issue) => compareText(left.updatedAt, right.updatedAt),
    comments: (left: Issue, right: Issue) => left.comments.length - right.comments.length,
  };
  const sign = direction === 'asc' ? 1 : -1;
  const issues = [...repository.issues.values()]
    .filter(filter(world, query))
    .sort((left, right) => sign * (comparisons[sort](left, right) || left.number - right.number));
  repository.lastList = { revision: repository.revision, key, issues };
  return issues;
}
