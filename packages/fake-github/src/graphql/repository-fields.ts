import type { JsonObject } from '../json.ts';
import type { Repository } from '../state/model.ts';
import { reach } from '../state/tokens.ts';
import { fullName } from '../state/world.ts';
import { actorNode } from './actor-node.ts';
import type { Reader } from './reader.ts';

/** A repository without its lists: also what an issue's `repository` shows. */
export function repositoryFields(repository: Repository, reader: Reader): JsonObject {
  const name = fullName(repository);
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: name,
    url: `${reader.urls.html}/${name}`,
    description: repository.description,
    isPrivate: repository.isPrivate,
    isArchived: repository.archived,
    hasIssuesEnabled: repository.hasIssues,
    viewerPermission: reach(reader.token, repository)?.toUpperCase() ?? null,
    defaultBranchRef: { __typename: 'Ref', name: repository.defaultBranch },
    owner: actorNode(repository.owner, reader),
  };
}
