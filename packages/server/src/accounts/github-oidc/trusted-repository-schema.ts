import Type from 'typebox';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import type { TrustedRepositoryRow } from './trusted-repository-queries.ts';
import { GITHUB_ISSUER } from './workflow-identity.ts';

const issuer = {
  maxLength: 255,
  pattern: '^https?://[A-Za-z0-9._:\\[\\]-]+(/[A-Za-z0-9._~-]+)*$',
  'x-expected': 'an address exactly as id tokens have it in "iss", without a slash at its end',
  description: 'Issuer of the id tokens: github.com, or `https://HOST/_services/token` of a GitHub Enterprise Server.',
};
const repositoryId = Id(
  "The issuer's own id of the repository (`GET /repos/{owner}/{repo}` → `id`). It survives renames.",
);
const ownerId = Id("The issuer's own id of its owner (`owner.id` there).");
const name = Type.String({
  maxLength: 201,
  pattern: '^[\\p{L}\\p{N}._-]{1,100}/[\\p{L}\\p{N}._-]{1,100}$',
  'x-expected': 'owner/repo',
  description: 'Name for people, updated with each use.',
  examples: ['acme/web'],
});

const example = { repository_id: 1296269, owner_id: 583231, name: 'acme/web' };

export const TrustedRepository = Strict(
  {
    id: Id('Id of the object.'),
    project_id: Id('The project that trusts it.'),
    issuer: Type.String({ description: issuer.description }),
    repository_id: repositoryId,
    owner_id: ownerId,
    name: Nullable(name),
    last_used_at: Nullable(Timestamp('Time at which a workflow last got a token; null if none did.')),
    created_at: Timestamp('Time of creation.'),
  },
  {
    title: 'TrustedRepository',
    description:
      "A repository whose workflows get tokens of the project through GitHub's OIDC, without a stored secret.",
    examples: [
      {
        id: 1,
        project_id: 1,
        issuer: GITHUB_ISSUER,
        ...example,
        last_used_at: null,
        created_at: '2026-01-31T12:00:00.000Z',
      },
    ],
  },
);

export const TrustedRepositoryInput = Strict(
  {
    repository_id: repositoryId,
    owner_id: ownerId,
    name: Type.Optional(name),
    issuer: Type.String({ ...issuer, default: GITHUB_ISSUER }),
  },
  { title: 'TrustedRepositoryInput', examples: [example] },
);

export const TrustedRepositoryParams = Type.Object({
  id: Id('Id of the project.'),
  trusted_id: Id('Id of the trusted repository.'),
});

export const trustedRepositoryView = (row: TrustedRepositoryRow): Type.Static<typeof TrustedRepository> => ({
  id: row.id,
  project_id: row.project_id,
  issuer: row.issuer,
  repository_id: row.repository_id,
  owner_id: row.owner_id,
  name: row.name,
  last_used_at: nullableTimestamp(row.last_used_at),
  created_at: timestamp(row.created_at),
});
