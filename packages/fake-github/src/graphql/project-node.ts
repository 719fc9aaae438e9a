import type { JsonObject } from '../json.ts';
import type { Account, Project, ProjectItem } from '../state/model.ts';
import { findProject } from '../state/projects.ts';
import { contentType } from '../view/project.ts';
import { actorNode } from './actor-node.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import { issueNode } from './issue-node.ts';
import { canSeeProject, canSeeRepository, failNotFound, requireProjectScope, type Viewer } from './viewer.ts';

export interface ProjectsArgs extends ConnectionArgs {
  query?: string | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
}

const contentTypes = { Issue: 'ISSUE', PullRequest: 'PULL_REQUEST', DraftIssue: 'DRAFT_ISSUE' } as const;

function projectUrl(project: Project, viewer: Viewer): string {
  const kind = project.owner.type === 'Organization' ? 'orgs' : 'users';
  return `${viewer.urls.html}/${kind}/${project.owner.login}/projects/${project.number}`;
}

function titleField(project: Project, viewer: Viewer): JsonObject {
  return {
    __typename: 'ProjectV2Field',
    id: `${project.statusFieldId}T`,
    databaseId: project.id + 1,
    name: 'Title',
    dataType: 'TITLE',
    project: () => projectNode(project, viewer),
  };
}

function statusField(project: Project, viewer: Viewer): JsonObject {
  const options = project.statusOptions.map((option) => ({
    __typename: 'ProjectV2SingleSelectFieldOption',
    id: option.id,
    name: option.name,
    nameHTML: option.name,
    color: option.color,
    description: '',
    descriptionHTML: '',
  }));
  return {
    __typename: 'ProjectV2SingleSelectField',
    id: project.statusFieldId,
    databaseId: project.id,
    name: 'Status',
    dataType: 'SINGLE_SELECT',
    options: ({ names }: { names?: readonly string[] | null }) =>
      names == null ? options : options.filter((option) => names.includes(option.name)),
    project: () => projectNode(project, viewer),
  };
}

function titleOf(item: ProjectItem): string {
  return item.content.title;
}

function statusValue(item: ProjectItem, viewer: Viewer): JsonObject | null {
  if (item.status === null) return null;
  return {
    __typename: 'ProjectV2ItemFieldSingleSelectValue',
    id: `${item.nodeId}S`,
    name: item.status.name,
    optionId: item.status.id,
    color: item.status.color,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    field: () => statusField(item.project, viewer),
  };
}

function titleValue(item: ProjectItem, viewer: Viewer): JsonObject {
  return {
    __typename: 'ProjectV2ItemFieldTextValue',
    id: `${item.nodeId}T`,
    text: titleOf(item),
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    field: () => titleField(item.project, viewer),
  };
}

/** Returns the content of a project's item, or null if the caller cannot see it. The item then has the type `REDACTED`. */
function itemContent(item: ProjectItem, viewer: Viewer): JsonObject | null {
  const { content } = item;
  if ('number' in content) return canSeeRepository(viewer, content.repository) ? issueNode(content, viewer) : null;
  return {
    __typename: 'DraftIssue',
    id: content.draftNodeId,
    title: content.title,
    body: content.body,
    bodyText: content.body,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: actorNode(item.creator, viewer),
    assignees: (args: ConnectionArgs) => connection<never>('assignees', [], args, () => ({})),
  };
}

export function itemNode(item: ProjectItem, viewer: Viewer): JsonObject {
  const content = itemContent(item, viewer);
  const values = (): JsonObject[] =>
    [titleValue(item, viewer), statusValue(item, viewer)].filter((value) => value !== null);
  return {
    __typename: 'ProjectV2Item',
    id: item.nodeId,
    databaseId: item.id,
    fullDatabaseId: String(item.id),
    type: content === null ? 'REDACTED' : contentTypes[contentType(item)],
    isArchived: item.archivedAt !== null,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: actorNode(item.creator, viewer),
    content,
    project: () => projectNode(item.project, viewer),
    fieldValueByName: ({ name }: { name: string }) => {
      if (name === 'Title') return titleValue(item, viewer);
      return name === 'Status' ? statusValue(item, viewer) : null;
    },
    fieldValues: (args: ConnectionArgs) => connection('fieldValues', values(), args, (value) => value),
  };
}

export function projectNode(project: Project, viewer: Viewer): JsonObject {
  const fields = (): JsonObject[] => [titleField(project, viewer), statusField(project, viewer)];
  return {
    __typename: 'ProjectV2',
    id: project.nodeId,
    databaseId: project.id,
    fullDatabaseId: String(project.id),
    number: project.number,
    title: project.title,
    shortDescription: null,
    readme: null,
    url: projectUrl(project, viewer),
    resourcePath: new URL(projectUrl(project, viewer)).pathname,
    closed: project.closed,
    closedAt: project.closed ? project.updatedAt : null,
    public: project.isPublic,
    template: false,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    creator: actorNode(project.creator, viewer),
    owner: actorNode(project.owner, viewer),
    fields: (args: ConnectionArgs) => connection('fields', fields(), args, (field) => field),
    field: ({ name }: { name: string }) => fields().find((field) => field.name === name) ?? null,
    items: (args: ConnectionArgs) =>
      connection(
        'items',
        project.items.filter((item) => item.archivedAt === null),
        args,
        (item) => itemNode(item, viewer),
      ),
  };
}

/** Returns the matching projects that the caller can see. `query` supports `is:open`, `is:closed` and words of the title. */
export function projectsConnection(
  viewer: Viewer,
  args: ProjectsArgs,
  matches: (project: Project) => boolean,
): JsonObject {
  requireProjectScope(viewer, 'read');
  const words = (args.query ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const projects = viewer.world.projects.filter(
    (project) =>
      matches(project) &&
      canSeeProject(viewer, project) &&
      words.every((word) => {
        if (word === 'is:open') return !project.closed;
        return word === 'is:closed' ? project.closed : project.title.toLowerCase().includes(word);
      }),
  );
  const field = args.orderBy?.field ?? 'NUMBER';
  const key = (project: Project): string =>
    field === 'TITLE'
      ? project.title
      : field === 'UPDATED_AT'
        ? project.updatedAt
        : field === 'CREATED_AT'
          ? project.createdAt
          : String(project.number).padStart(10, '0');
  const sign = (args.orderBy?.direction ?? 'DESC') === 'DESC' ? -1 : 1;
  projects.sort((left, right) => sign * key(left).localeCompare(key(right)) || left.number - right.number);
  return connection('projectsV2', projects, args, (project) => projectNode(project, viewer));
}

export function ownersProject(viewer: Viewer, owner: Account, number: number): JsonObject {
  requireProjectScope(viewer, 'read');
  const project = findProject(viewer.world, owner, number);
  if (project === undefined || !canSeeProject(viewer, project)) {
    failNotFound(`Could not resolve to a ProjectV2 with the number ${number}.`);
  }
  return projectNode(project, viewer);
}
