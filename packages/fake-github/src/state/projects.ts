import { FixtureError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { projectItemView } from '../view/project.ts';
import type { Account, Issue, Project, ProjectItem, Repository, StatusOption } from './model.ts';
import type { World } from './world.ts';

const colors = ['GRAY', 'BLUE', 'GREEN', 'YELLOW', 'ORANGE', 'RED', 'PINK', 'PURPLE'] as const;

export interface NewProject {
  owner: string;
  title: string;
  /** Names of the options of the project's Status field; default `Todo`, `In Progress`, `Done`. */
  options?: readonly string[];
  /** Full names of the repositories that the project is linked to. */
  repositories?: readonly string[];
  closed?: boolean;
  public?: boolean;
}

export function addProject(world: World, input: NewProject, creator: Account): Project {
  const owner = world.account(input.owner);
  const id = world.nextId();
  const now = world.timestamp();
  const repositories: Repository[] = (input.repositories ?? []).map((name) => world.repository(name));
  const statusOptions = (input.options ?? ['Todo', 'In Progress', 'Done']).map(
    (name, index): StatusOption => ({
      id: world.sha().slice(0, 8),
      name,
      color: colors[index % colors.length] ?? 'GRAY',
    }),
  );
  const project: Project = {
    id,
    nodeId: world.nodeId('PVT', id),
    number: world.projects.filter((other) => other.owner === owner).length + 1,
    owner,
    creator,
    title: input.title,
    closed: input.closed ?? false,
    isPublic: input.public ?? false,
    statusFieldId: world.nodeId('PVTSSF', id),
    statusOptions,
    items: [],
    repositories,
    createdAt: now,
    updatedAt: now,
  };
  world.projects.push(project);
  return project;
}

export function findProject(world: World, owner: Account, number: number): Project | undefined {
  return world.projects.find((project) => project.owner === owner && project.number === number);
}

function publish(world: World, item: ProjectItem, sender: Account, action: string, changes?: JsonObject): void {
  // GitHub sends events about project items only to webhooks of organizations.
  if (item.project.owner.type !== 'Organization') return;
  world.publish({
    event: 'projects_v2_item',
    action,
    sender,
    repository: null,
    organization: item.project.owner,
    body: (urls) => ({
      projects_v2_item: projectItemView(item, urls),
      ...(changes === undefined ? {} : { changes }),
    }),
  });
}

export function statusOption(project: Project, name: string): StatusOption {
  const option = project.statusOptions.find((candidate) => candidate.name === name);
  if (option === undefined) {
    const known = project.statusOptions.map((candidate) => candidate.name).join(', ');
    throw new FixtureError('unknown_reference', `Project ${project.title} has no status ${name}.`, `It has: ${known}.`);
  }
  return option;
}

export function addProjectItem(
  world: World,
  project: Project,
  creator: Account,
  content: Issue | { title: string; body: string },
  status: StatusOption | null,
): ProjectItem {
  const id = world.nextId();
  const now = world.timestamp();
  const item: ProjectItem = {
    id,
    nodeId: world.nodeId('PVTI', id),
    project,
    creator,
    content: 'number' in content ? content : { ...content, draftNodeId: world.nodeId('DI', id) },
    status,
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  project.items.push(item);
  project.updatedAt = now;
  publish(world, item, creator, 'created');
  return item;
}

export function moveProjectItem(world: World, item: ProjectItem, status: StatusOption | null, sender: Account): void {
  const former = item.status;
  if (former === status) return;
  item.status = status;
  item.updatedAt = world.timestamp();
  const option = (value: StatusOption | null): JsonObject | null =>
    value === null ? null : { id: value.id, name: value.name, color: value.color, description: '' };
  publish(world, item, sender, 'edited', {
    field_value: {
      field_node_id: item.project.statusFieldId,
      field_type: 'single_select',
      field_name: 'Status',
      project_number: item.project.number,
      from: option(former),
      to: option(status),
    },
  });
}

export function deleteProjectItem(world: World, item: ProjectItem, sender: Account): void {
  const index = item.project.items.indexOf(item);
  if (index !== -1) item.project.items.splice(index, 1);
  publish(world, item, sender, 'deleted');
}
