import { type ExternalRepository, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient } from './client.ts';
import { createReader } from './schema-reader.ts';

/**
 * Query for a repository by its handle. It is in GraphQL because REST documents no way to read a repository by its id. A test validates
 * it with GitHub's schema.
 */
export const repositoryByHandle = `
  query RepositoryByHandle($handle: ID!) {
    node(id: $handle) {
      ... on Repository {
        id
        name
        owner { login }
        isArchived
        hasIssuesEnabled
        viewerPermission
      }
    }
  }
`;

const RepositoryNodeSchema = Type.Object({
  id: Type.String(),
  name: Type.String({ minLength: 1 }),
  owner: Type.Object({ login: Type.String({ minLength: 1 }) }),
  isArchived: Type.Boolean(),
  hasIssuesEnabled: Type.Boolean(),
  viewerPermission: Type.Union([Type.String(), Type.Null()]),
});
/** A GraphQL node that is not a repository, and so has none of the fields that the query selects. */
const OtherNodeSchema = Type.Object({}, { additionalProperties: false });
const nodeReader = createReader(
  Type.Object({ node: Type.Union([RepositoryNodeSchema, OtherNodeSchema, Type.Null()]) }),
);

/**
 * Returns the repository with this handle (its GraphQL node id), or null if it does not exist or the credential cannot see it. The REST
 * id is no help, because GraphQL returns it as a 32-bit number and newer ids are larger.
 */
export async function locateRepository(
  client: GitHubClient,
  { externalId, handle }: Pick<ExternalRepository, 'externalId' | 'handle'>,
  signal?: AbortSignal,
): Promise<ExternalRepository | null> {
  if (handle === undefined) return null;
  const data = await client.query(repositoryByHandle, { handle }, signal).catch((error: unknown) => {
    if (error instanceof IntegrationNotFoundError) return { node: null };
    throw error;
  });
  const { node } = nodeReader.response(data, "GitHub's repository");
  if (node === null || !('id' in node)) return null;
  const { viewerPermission } = node;
  return {
    owner: node.owner.login,
    name: node.name,
    ...(externalId === undefined ? {} : { externalId }),
    handle: node.id,
    archived: node.isArchived,
    itemsDisabled: !node.hasIssuesEnabled,
    ...(viewerPermission === null ? {} : { writable: viewerPermission !== 'READ' }),
  };
}
