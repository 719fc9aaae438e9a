import type { JsonObject } from '../json.ts';
import { issueNode } from './issue-node.ts';
import { itemNode, projectNode } from './project-node.ts';
import { repositoryNode } from './repository-node.ts';
import { canSeeProject, canSeeRepository, failNotFound, requireProjectScope, type Viewer } from './viewer.ts';

/** Returns any project, project item, repository, issue or pull request by its global id. */
export function node(viewer: Viewer, id: string): JsonObject {
  for (const project of viewer.world.projects) {
    const item = project.items.find((candidate) => candidate.nodeId === id);
    if (project.nodeId !== id && item === undefined) continue;
    requireProjectScope(viewer, 'read');
    if (!canSeeProject(viewer, project)) break;
    return item === undefined ? projectNode(project, viewer) : itemNode(item, viewer);
  }
  for (const repository of viewer.world.repositories.values()) {
    if (!canSeeRepository(viewer, repository)) continue;
    if (repository.nodeId === id) return repositoryNode(repository, viewer);
    for (const issue of repository.issues.values()) if (issue.nodeId === id) return issueNode(issue, viewer);
  }
  return failNotFound(`Could not resolve to a node with the global id of '${id}'.`);
}
