import type { JsonObject } from '../json.ts';
import type { Account, Project, ProjectItem } from '../state/model.ts';
import { findProject } from '../state/projects.ts';
import { contentType } from '../view/project.ts';
import { actorNode } from './actor-node.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import { issueNode } from './issue-node.ts';
import { failNotFound } from './not-found.ts';
import { canSeeProject, canSeeRepository, type Reader, requireProjectScope } from './reader.ts';

export interface ProjectsArgs extends ConnectionArgs {
  query?: string | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
}

const contentTypes = { Issue: 'ISSUE', PullRequest: 'PULL_REQUEST', DraftIssue: 'DRAFT_ISSUE' } as const;

function projectUrl(project: Project, reader: Reader): string {
  const kind = project.owner.type === 'Organization' ? 'orgs' : 'users';
  return `${reader.urls.html}/${kind}/${project.owner.login}/projects/${project.number}`;
}

function titleField(project: Project, reader: Reader): JsonObject {
  return {
    __typename: 'ProjectV2Field',
    id: `${project.statusFieldId}T`,
    databaseId: project.id + 1,
    name: 'Title',
    dataType: 'TITLE',
    project: () => projectNode(project, reader),
  };
}

function statusField(project: Project, reader: Reader): JsonObject {
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
    project: () => projectNode(project, reader),
  };
}

function titleOf(item: ProjectItem): string {
  return item.content.title;
}

function statusValue(item: ProjectItem, reader: Reader): JsonObject | null {
  if (item.status === null) return null;
  return {
    __typename: 'ProjectV2ItemFieldSingleSelectValue',
    id: `${item.nodeId}S`,
    name: item.status.name,
    optionId: item.status.id,
    color: item.status.color,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    field: () => statusField(item.project, reader),
  };
}

function titleValue(item: ProjectItem, reader: Reader): JsonObject {
  return {
    __typename: 'ProjectV2ItemFieldTextValue',
    id: `${item.nodeId}T`,
    text: titleOf(item),
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    field: () => titleField(item.project, reader),
  };
}

/** Content the reader cannot see is `null`, and the item's type `REDACTED`. */
function itemContent(item: ProjectItem, reader: Reader): JsonObject | null {
  const { content } = item;
  if ('number' in content) return canSeeRepository(reader, content.repository) ? issueNode(content, reader) : null;
  return {
    __typename: 'DraftIssue',
    id: content.draftNodeId,
    title: content.title,
    body: content.body,
    bodyText: content.body,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: actorNode(item.creator, reader),
    assignees: (args: ConnectionArgs) => connection<never>('assignees', [], args, () => ({})),
  };
}

export function itemNode(item: ProjectItem, reader: Reader): JsonObject {
  const content = itemContent(item, reader);
  const values = (): JsonObject[] =>
    [titleValue(item, reader), statusValue(item, reader)].filter((value) => value !== null);
  return {
    __typename: 'ProjectV2Item',
    id: item.nodeId,
    databaseId: item.id,
    fullDatabaseId: String(item.id),
    type: content === null ? 'REDACTED' : contentTypes[contentType(item)],
    isArchived: item.archivedAt !== null,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: actorNode(item.creator, reader),
    content,
    project: () => projectNode(item.project, reader),
    fieldValueByName: ({ name }: { name: string }) => {
      if (name === 'Title') return titleValue(item, reader);
      return name === 'Status' ? statusValue(item, reader) : null;
    },
    fieldValues: (args: ConnectionArgs) => connection('fieldValues', values(), args, (value) => value),
  };
}

export function projectNode(project: Project, reader: Reader): JsonObject {
  const fields = (): JsonObject[] => [titleField(project, reader), statusField(project, reader)];
  return {
    __typename: 'ProjectV2',
    id: project.nodeId,
    databaseId: project.id,
    fullDatabaseId: String(project.id),
    number: project.number,
    title: project.title,
    shortDescription: null,
    readme: null,
    url: projectUrl(project, reader),
    resourcePath: new URL(projectUrl(project, reader)).pathname,
    closed: project.closed,
    closedAt: project.closed ? project.updatedAt : null,
    public: project.isPublic,
    template: false,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    creator: actorNode(project.creator, reader),
    owner: actorNode(project.owner, reader),
    fields: (args: ConnectionArgs) => connection('fields', fields(), args, (field) => field),
    field: ({ name }: { name: string }) => fields().find((field) => field.name === name) ?? null,
    items: (args: ConnectionArgs) =>
      connection(
        'items',
        project.items.filter((item) => item.archivedAt === null),
        args,
        (item) => itemNode(item, reader),
      ),
  };
}

/** Projects that fit and that the reader can see; `query` knows `is:open`, `is:closed` and words of the title. */
export function projectsConnection(
  reader: Reader,
  args: ProjectsArgs,
  fits: (project: Project) => boolean,
): JsonObject {
  requireProjectScope(reader, 'read');
  const words = (args.query ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const projects = reader.world.projects.filter(
    (project) =>
      fits(project) &&
      canSeeProject(reader, project) &&
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
  return connection('projectsV2', projects, args, (project) => projectNode(project, reader));
}

export function ownersProject(reader: Reader, owner: Account, number: number): JsonObject {
  requireProjectScope(reader, 'read');
  const project = findProject(reader.world, owner, number);
  if (project === undefined || !canSeeProject(reader, project)) {
    failNotFound(`Could not resolve to a ProjectV2 with the number ${number}.`);
  }
  return projectNode(project, reader);
}
