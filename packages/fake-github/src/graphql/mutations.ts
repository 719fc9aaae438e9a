import { GraphQLFailure } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Issue, Project } from '../state/model.ts';
import { addProjectItem, deleteProjectItem, moveProjectItem } from '../state/projects.ts';
import { itemNode, projectNode } from './project-node.ts';
import { canSeeProject, canSeeRepository, failNotFound, requireProjectScope, type Viewer } from './viewer.ts';

interface Mutation<T> {
  input: T & { clientMutationId?: string | null };
}

type FieldInput = { projectId: string; itemId: string; fieldId: string };

function findProject(viewer: Viewer, id: string): Project {
  requireProjectScope(viewer, 'write');
  const project = viewer.world.projects.find((candidate) => candidate.nodeId === id);
  if (project === undefined || !canSeeProject(viewer, project)) {
    failNotFound(`Could not resolve to a node with the global id of '${id}'`);
  }
  return project;
}

function findItem(project: Project, id: string): Project['items'][number] {
  return (
    project.items.find((item) => item.nodeId === id) ??
    failNotFound(`Could not resolve to a node with the global id of '${id}'`)
  );
}

function findIssue(viewer: Viewer, id: string): Issue {
  for (const repository of viewer.world.repositories.values()) {
    if (!canSeeRepository(viewer, repository)) continue;
    for (const issue of repository.issues.values()) if (issue.nodeId === id) return issue;
  }
  return failNotFound(`Could not resolve to a node with the global id of '${id}'`);
}

/** Returns the resolvers of the mutations of project items. */
export function mutations(viewer: Viewer): JsonObject {
  const sender = viewer.token.account;
  const setStatus = (input: FieldInput, optionId: string | null): JsonObject => {
    const project = findProject(viewer, input.projectId);
    const item = findItem(project, input.itemId);
    if (input.fieldId !== project.statusFieldId) {
      throw new GraphQLFailure('UNSUPPORTED', 'The fake GitHub can change the Status field only.');
    }
    const option = optionId === null ? null : project.statusOptions.find((candidate) => candidate.id === optionId);
    if (option === undefined) {
      throw new GraphQLFailure('VALIDATION', 'The single select option Id does not belong to the field');
    }
    moveProjectItem(viewer.world, item, option, sender);
    return { projectV2Item: itemNode(item, viewer) };
  };
  return {
    updateProjectV2ItemFieldValue: ({
      input,
    }: Mutation<FieldInput & { value: { singleSelectOptionId?: string | null } }>) => ({
      clientMutationId: input.clientMutationId ?? null,
      ...setStatus(input, input.value.singleSelectOptionId ?? ''),
    }),
    clearProjectV2ItemFieldValue: ({ input }: Mutation<FieldInput>) => ({
      clientMutationId: input.clientMutationId ?? null,
      ...setStatus(input, null),
    }),
    addProjectV2ItemById: ({ input }: Mutation<{ projectId: string; contentId: string }>) => {
      const project = findProject(viewer, input.projectId);
      const issue = findIssue(viewer, input.contentId);
      const item =
        project.items.find((candidate) => candidate.content === issue) ??
        addProjectItem(viewer.world, project, sender, issue, null);
      return {
        clientMutationId: input.clientMutationId ?? null,
        item: itemNode(item, viewer),
        projectEdge: { cursor: '', node: projectNode(project, viewer) },
      };
    },
    deleteProjectV2Item: ({ input }: Mutation<{ projectId: string; itemId: string }>) => {
      const item = findItem(findProject(viewer, input.projectId), input.itemId);
      deleteProjectItem(viewer.world, item, sender);
      return { clientMutationId: input.clientMutationId ?? null, deletedItemId: item.nodeId };
    },
  };
}
