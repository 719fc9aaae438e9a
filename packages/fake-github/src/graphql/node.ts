import type { JsonObject } from '../json.ts';
import { issueNode } from './issue-node.ts';
import { failNotFound } from './not-found.ts';
import { itemNode, projectNode } from './project-node.ts';
import { canSeeProject, canSeeRepository, type Reader, requireProjectScope } from './reader.ts';
import { repositoryNode } from './repository-node.ts';

/** Any project, project item, repository, issue or pull request by its global id. */
export function node(reader: Reader, id: string): JsonObject {
  for (const project of reader.world.projects) {
    const item = project.items.find((candidate) => candidate.nodeId === id);
    if (project.nodeId !== id && item === undefined) continue;
    requireProjectScope(reader, 'read');
    if (!canSeeProject(reader, project)) break;
    return item === undefined ? projectNode(project, reader) : itemNode(item, reader);
  }
  for (const repository of reader.world.repositories.values()) {
    if (!canSeeRepository(reader, repository)) continue;
    if (repository.nodeId === id) return repositoryNode(repository, reader);
    for (const issue of repository.issues.values()) if (issue.nodeId === id) return issueNode(issue, reader);
  }
  return failNotFound(`Could not resolve to a node with the global id of '${id}'.`);
}
