import type { JsonObject } from '../json.ts';
import type { Repository } from '../state/model.ts';
import { reach } from '../state/tokens.ts';
import { fullName } from '../state/world.ts';
import { actorNode } from './actor-node.ts';
import type { Viewer } from './viewer.ts';

/** Returns the fields of a repository without its lists, which is also what an issue's `repository` contains. */
export function repositoryFields(repository: Repository, viewer: Viewer): JsonObject {
  const name = fullName(repository);
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: name,
    url: `${viewer.urls.html}/${name}`,
    description: repository.description,
    isPrivate: repository.isPrivate,
    isArchived: repository.archived,
    hasIssuesEnabled: repository.hasIssues,
    viewerPermission: reach(viewer.token, repository)?.toUpperCase() ?? null,
    defaultBranchRef: { __typename: 'Ref', name: repository.defaultBranch },
    owner: actorNode(repository.owner, viewer),
  };
}
