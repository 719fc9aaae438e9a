import { GraphQLFailure } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Issue, Project } from '../state/model.ts';
import { addProjectItem, deleteProjectItem, moveProjectItem } from '../state/projects.ts';
import { failNotFound } from './not-found.ts';
import { itemNode, projectNode } from './project-node.ts';
import { canSeeProject, canSeeRepository, type Reader, requireProjectScope } from './reader.ts';

interface Mutation<T> {
  input: T & { clientMutationId?: string | null };
}

type FieldInput = { projectId: string; itemId: string; fieldId: string };

function findProject(reader: Reader, id: string): Project {
  requireProjectScope(reader, 'write');
  const project = reader.world.projects.find((candidate) => candidate.nodeId === id);
  if (project === undefined || !canSeeProject(reader, project)) {
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

function findIssue(reader: Reader, id: string): Issue {
  for (const repository of reader.world.repositories.values()) {
    if (!canSeeRepository(reader, repository)) continue;
    for (const issue of repository.issues.values()) if (issue.nodeId === id) return issue;
  }
  return failNotFound(`Could not resolve to a node with the global id of '${id}'`);
}

/** The mutations of project items. */
export function mutations(reader: Reader): JsonObject {
  const sender = reader.token.account;
  const setStatus = (input: FieldInput, optionId: string | null): JsonObject => {
    const project = findProject(reader, input.projectId);
    const item = findItem(project, input.itemId);
    if (input.fieldId !== project.statusFieldId) {
      throw new GraphQLFailure('UNSUPPORTED', 'This stand-in for GitHub can change the Status field only.');
    }
    const option = optionId === null ? null : project.statusOptions.find((candidate) => candidate.id === optionId);
    if (option === undefined) {
      throw new GraphQLFailure('VALIDATION', 'The single select option Id does not belong to the field');
    }
    moveProjectItem(reader.world, item, option, sender);
    return { projectV2Item: itemNode(item, reader) };
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
      const project = findProject(reader, input.projectId);
      const issue = findIssue(reader, input.contentId);
      const item =
        project.items.find((candidate) => candidate.content === issue) ??
        addProjectItem(reader.world, project, sender, issue, null);
      return {
        clientMutationId: input.clientMutationId ?? null,
        item: itemNode(item, reader),
        projectEdge: { cursor: '', node: projectNode(project, reader) },
      };
    },
    deleteProjectV2Item: ({ input }: Mutation<{ projectId: string; itemId: string }>) => {
      const item = findItem(findProject(reader, input.projectId), input.itemId);
      deleteProjectItem(reader.world, item, sender);
      return { clientMutationId: input.clientMutationId ?? null, deletedItemId: item.nodeId };
    },
  };
}
