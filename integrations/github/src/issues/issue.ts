import {
  type ExternalAccount,
  type ExternalItem,
  type ExternalRepository,
  stripCreateMarker,
} from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import { Id, ItemNumber } from '../numbers.ts';

const AccountSchema = Type.Object({ id: Id, login: Type.String(), type: Type.Optional(Type.String()) });

const LabelSchema = Type.Union([
  Type.String(),
  Type.Object({ name: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
  Type.Null(),
]);

/**
 * The fields that we use of an issue, for webhooks and API responses alike. Only its identity and time are required, because some webhooks
 * (`pinned`, `unpinned`) lack the rest: https://docs.github.com/rest/issues/issues#get-an-issue
 */
export const IssueSchema = Type.Object({
  id: Id,
  number: ItemNumber,
  html_url: Type.String(),
  title: Type.Optional(Type.String()),
  body: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('closed')])),
  state_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  labels: Type.Optional(Type.Union([Type.Array(LabelSchema), Type.Null()])),
  assignees: Type.Optional(
    Type.Union([Type.Array(Type.Union([Type.Object({ login: Type.String() }), Type.Null()])), Type.Null()]),
  ),
  user: Type.Optional(Type.Union([AccountSchema, Type.Null()])),
  created_at: Type.Optional(Type.String()),
  updated_at: Type.String(),
  /** Present only if the issue is a pull request. */
  pull_request: Type.Optional(Type.Unknown()),
  /** API address of the issue's repository, such as `https://api.github.com/repos/owner/name`. It is correct even after a rename. */
  repository_url: Type.Optional(Type.String()),
});

export type GitHubIssue = Static<typeof IssueSchema>;

const stateReasons = ['completed', 'not_planned', 'duplicate', 'reopened'] as const;

/** Returns true for a pull request, because GitHub lists pull requests among the issues. */
export const isPullRequest = (issue: Pick<GitHubIssue, 'pull_request'>): boolean =>
  issue.pull_request !== undefined && issue.pull_request !== null;

export const toAccount = ({ id, login, type }: Static<typeof AccountSchema>): ExternalAccount => ({
  id: String(id),
  login,
  type: type === 'Bot' ? 'bot' : type === 'Organization' ? 'organization' : 'user',
});

/**
 * Converts an issue to a snapshot with exactly the fields that the issue has. A missing field means "not known", which differs from empty.
 */
export function toItem(issue: GitHubIssue, repository: ExternalRepository): ExternalItem {
  return {
    externalId: String(issue.id),
    number: issue.number,
    url: issue.html_url,
    repository: { ...repository, ...repositoryFromUrl(issue.repository_url) },
    ...(issue.title === undefined ? {} : { title: issue.title }),
    ...(issue.body === undefined ? {} : stripCreateMarker(issue.body ?? '')),
    ...(issue.state === undefined ? {} : { state: issue.state }),
    ...(issue.state_reason === undefined ? {} : { stateReason: toStateReason(issue.state_reason) }),
    ...(issue.labels ? { labels: issue.labels.map(labelName).filter((name) => name !== '') } : {}),
    ...(issue.assignees ? { assignees: issue.assignees.flatMap((assignee) => assignee?.login ?? []) } : {}),
    author: issue.user ? toAccount(issue.user) : null,
    ...(issue.created_at === undefined ? {} : { createdAt: issue.created_at }),
    updatedAt: issue.updated_at,
  };
}

const toStateReason = (value: string | null) => stateReasons.find((reason) => reason === value) ?? null;

const labelName = (label: Static<typeof LabelSchema>): string =>
  typeof label === 'string' ? label : (label?.name ?? '');

function repositoryFromUrl(repositoryUrl: string | undefined): { owner: string; name: string } | undefined {
  const [, owner, name] = /\/repos\/([^/]+)\/([^/]+)$/.exec(repositoryUrl ?? '') ?? [];
  return owner === undefined || name === undefined
    ? undefined
    : { owner: decodeURIComponent(owner), name: decodeURIComponent(name) };
}
