import Type from 'typebox';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp } from '../../http/fields.ts';
import { ErrorClassName } from '../health/error-classes.ts';
import type { RepositoryRow } from './repository-queries.ts';

const namePart = (description: string, example: string) =>
  Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^(?!\\.{1,2}$)[\\p{L}\\p{N}._-]+$',
    'x-expected': 'letters, digits, ".", "_" and "-"',
    description,
    examples: [example],
  });

export const ownerName = namePart('Login of the owner, a user or an organization.', 'my-org');
export const repositoryName = namePart('Name of the repository.', 'my-repo');

/** A repository as people name it. */
export const RepositoryRef = Strict(
  { owner: ownerName, name: repositoryName },
  { title: 'RepositoryRef', examples: [{ owner: 'my-org', name: 'my-repo' }] },
);

const branch = Type.String({ minLength: 1, maxLength: 255, pattern: '^\\S+$', 'x-expected': 'a branch name' });
/** It is shown to all who may read the repository: it has no place for a password or, in a query, a token. */
const cloneUrl = Type.String({
  maxLength: 2048,
  pattern:
    '^(https?://(?![^/]*@)[^\\s/?#]+/[^\\s?#]+|ssh://(?![^/]*:[^/]*@)[^\\s?#]+|[A-Za-z0-9._-]+@[^\\s:/]+:[^\\s?#]+)$',
  'x-expected': 'an https or ssh address without a password or a query in it',
  examples: ['https://github.com/my-org/my-repo.git'],
});

const integrationId = Nullable(Id('The integration whose credential reads it.'));

const Refusal = Strict(
  {
    scope: Type.Enum(['writes', 'everything'], {
      description: '`writes`: its items can still be read, as in an archived repository.',
    }),
    class: ErrorClassName,
    message: Type.String({ description: "The provider's own words." }),
    remedy: Type.String({ description: 'What a person can do about it.' }),
    since: Timestamp('Time of the first refusal.'),
  },
  { title: 'RepositoryRefusal', description: 'The reason why the provider refuses requests for the repository.' },
);

export const Repository = Strict(
  {
    id: Id('Id of the object.'),
    project_id: Id('The project it belongs to.'),
    integration_id: integrationId,
    owner: Type.String(),
    name: Type.String(),
    default_branch: Nullable(Type.String()),
    clone_url: Nullable(Type.String()),
    last_synced_at: Nullable(Timestamp('Time of the last comparison of its items.')),
    last_analysis_id: Nullable(Id('The job of its last analysis.')),
    refusal: Nullable(Refusal),
  },
  {
    title: 'Repository',
    examples: [
      {
        id: 1,
        project_id: 1,
        integration_id: 1,
        owner: 'my-org',
        name: 'my-repo',
        default_branch: 'main',
        clone_url: 'https://github.com/my-org/my-repo.git',
        last_synced_at: '2026-01-31T12:00:00.000Z',
        last_analysis_id: null,
        refusal: null,
      },
    ],
  },
);

export const RepositoryInput = Strict(
  {
    project_id: Id('The project it belongs to.'),
    owner: ownerName,
    name: repositoryName,
    integration_id: Type.Optional(integrationId),
    default_branch: Type.Optional(Nullable(branch)),
    clone_url: Type.Optional(Nullable(cloneUrl)),
  },
  { title: 'RepositoryInput', examples: [{ project_id: 1, owner: 'my-org', name: 'my-repo', integration_id: 1 }] },
);

export const RepositoryPatch = Strict(
  {
    integration_id: Type.Optional(integrationId),
    default_branch: Type.Optional(Nullable(branch)),
    clone_url: Type.Optional(Nullable(cloneUrl)),
  },
  { title: 'RepositoryPatch', minProperties: 1, examples: [{ default_branch: 'main' }] },
);

export const repositoryView = (row: RepositoryRow): Type.Static<typeof Repository> => ({
  id: row.id,
  project_id: row.project_id,
  integration_id: row.integration_id,
  owner: row.owner,
  name: row.name,
  default_branch: row.default_branch,
  clone_url: row.clone_url,
  last_synced_at: nullableTimestamp(row.last_synced_at),
  last_analysis_id: row.last_analysis_id,
  refusal: refusalView(row.refusal),
});

const refusalView = (refusal: RepositoryRow['refusal']): Type.Static<typeof Refusal> | null => {
  if (refusal === null) return null;
  const { scope, class: errorClass, message, remedy, since } = refusal;
  return { scope, class: errorClass, message, remedy, since };
};
