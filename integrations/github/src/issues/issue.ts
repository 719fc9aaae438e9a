import {
  type ExternalAccount,
  type ExternalItem,
  type ExternalRepository,
  stripCreateMarker,
} from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';

const AccountSchema = Type.Object({ id: Type.Integer(), login: Type.String(), type: Type.Optional(Type.String()) });

/** What is used of GitHub's issue, in webhooks and answers alike. https://docs.github.com/rest/issues/issues#get-an-issue */
export const IssueSchema = Type.Object({
  id: Type.Integer(),
  number: Type.Integer(),
  html_url: Type.String(),
  title: Type.String(),
  body: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  state_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  labels: Type.Optional(
    Type.Union([
      Type.Array(
        Type.Union([Type.String(), Type.Object({ name: Type.Optional(Type.Union([Type.String(), Type.Null()])) })]),
      ),
      Type.Null(),
    ]),
  ),
  assignees: Type.Optional(Type.Union([Type.Array(Type.Object({ login: Type.String() })), Type.Null()])),
  user: Type.Optional(Type.Union([AccountSchema, Type.Null()])),
  created_at: Type.String(),
  updated_at: Type.String(),
  /** Only of issues that are pull requests. */
  pull_request: Type.Optional(Type.Unknown()),
  /** `https://api.github.com/repos/owner/name`: where it really is, also after a rename. */
  repository_url: Type.Optional(Type.String()),
});

export type GitHubIssue = Static<typeof IssueSchema>;

const stateReasons = ['completed', 'not_planned', 'duplicate', 'reopened'] as const;

/** GitHub lists pull requests among issues. */
export const isPullRequest = (issue: Pick<GitHubIssue, 'pull_request'>): boolean =>
  issue.pull_request !== undefined && issue.pull_request !== null;

export const toAccount = ({ id, login, type }: Static<typeof AccountSchema>): ExternalAccount => ({
  id: String(id),
  login,
  type: type === 'Bot' ? 'bot' : type === 'Organization' ? 'organization' : 'user',
});

export function toItem(issue: GitHubIssue, repository: ExternalRepository): ExternalItem {
  const { body, marker } = stripCreateMarker(issue.body ?? '');
  return {
    externalId: String(issue.id),
    number: issue.number,
    url: issue.html_url,
    repository: { ...repository, ...whereItIs(issue.repository_url) },
    title: issue.title,
    body,
    state: issue.state,
    stateReason: stateReasons.find((reason) => reason === issue.state_reason) ?? null,
    labels: (issue.labels ?? [])
      .map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
      .filter((name) => name !== ''),
    assignees: (issue.assignees ?? []).map(({ login }) => login),
    author: issue.user ? toAccount(issue.user) : null,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    ...(marker === undefined ? {} : { marker }),
  };
}

function whereItIs(repositoryUrl: string | undefined): { owner: string; name: string } | undefined {
  const [, owner, name] = /\/repos\/([^/]+)\/([^/]+)$/.exec(repositoryUrl ?? '') ?? [];
  return owner === undefined || name === undefined
    ? undefined
    : { owner: decodeURIComponent(owner), name: decodeURIComponent(name) };
}
