import { type SqlBool, sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../database/page.ts';
import type { LinkSyncState, TaskFields, TaskPriority, TaskStatus } from './task.ts';

/** A task as the API shows it. */
export interface TaskObject extends TaskFields {
  id: number;
  project_id: number;
  links: TaskLinkObject[];
  created_at: Date;
  updated_at: Date;
  completed_at: Date | null;
  version: number;
}

/** The item that a task follows, with the state of their link, as the API shows it. */
export interface TaskLinkObject {
  integration_id: number;
  integration_type: string;
  /** The provider's immutable id of the item; null while the item is being created. */
  external_id: string | null;
  number: number | null;
  url: string | null;
  /** Name of the item's repository, as `owner/name`. */
  repository: string | null;
  state: string | null;
  sync_state: LinkSyncState;
  last_error: string | null;
  last_error_class: string | null;
  /** One sentence that says how to fix the error of the link; null if nothing is known to help. */
  remedy: string | null;
  last_synced_at: Date | null;
}

export interface TaskFilter {
  /** Ids of the projects whose tasks are listed; null for all projects. */
  projectIds: readonly number[] | null;
  status?: TaskStatus | undefined;
  priority?: TaskPriority | undefined;
  /** A label that the tasks must have, compared without letter case. */
  label?: string | undefined;
  assignee?: string | undefined;
  /** True for tasks that follow an item, and false for those that follow none. */
  linked?: boolean | undefined;
  sync_state?: LinkSyncState | undefined;
}

const taskColumns = [
  'id',
  'project_id',
  'title',
  'description',
  'status',
  'priority',
  'assignees',
  'labels',
  'due_date',
  'created_at',
  'updated_at',
  'completed_at',
  'version',
] as const;

export type TaskWithoutLinks = Omit<TaskObject, 'links'>;

export async function getTask(db: Database | Transaction, id: number): Promise<TaskObject | undefined> {
  const row = await db
    .selectFrom('tasks')
    .select(taskColumns)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .$castTo<TaskWithoutLinks>()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const [task] = await withLinks(db, [row]);
  return task;
}

/** Returns a page of tasks with their links, newest first. */
export async function listTasks(db: Database, filter: TaskFilter, page: PageRequest): Promise<Page<TaskObject>> {
  const rows = await newestTasks(db, filter, page.after, page.limit + 1)
    .$castTo<TaskWithoutLinks>()
    .execute();
  const { items, next } = pageOf(rows, page.limit);
  return { items: await withLinks(db, items), next };
}

export function newestTasks(db: Database, filter: TaskFilter, after: number | undefined, rows: number) {
  let query = db
    .selectFrom('tasks')
    .select(taskColumns)
    .where('deleted_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(rows);
  const [projectId, ...others] = filter.projectIds ?? [];
  // The condition on a single project is an equality, because only then the index gives the order too.
  if (projectId !== undefined && others.length === 0) query = query.where('project_id', '=', projectId);
  else if (filter.projectIds !== null) query = query.where('project_id', 'in', [...filter.projectIds, 0]);
  if (after !== undefined) query = query.where('id', '<', after);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.priority !== undefined) query = query.where('priority', '=', filter.priority);
  if (filter.label !== undefined) query = query.where(hasName('labels', filter.label));
  if (filter.assignee !== undefined) query = query.where(hasName('assignees', filter.assignee));
  if (filter.linked !== undefined) {
    const followed = sql<SqlBool>`exists (select from links l where l.task_id = tasks.id and l.sync_state not in ('deleted', 'detached'))`;
    query = query.where(filter.linked ? followed : sql<SqlBool>`not ${followed}`);
  }
  if (filter.sync_state !== undefined) {
    query = query.where(
      sql<SqlBool>`exists (select from links l where l.task_id = tasks.id and l.sync_state = ${filter.sync_state})`,
    );
  }
  return query;
}

const hasName = (column: 'labels' | 'assignees', name: string) =>
  sql<SqlBool>`exists (select from unnest(${sql.ref(`tasks.${column}`)}) name where lower(name) = lower(${name}))`;

export async function withLinks(db: Database | Transaction, tasks: TaskWithoutLinks[]): Promise<TaskObject[]> {
  if (tasks.length === 0) return [];
  const links = await db
    .selectFrom('links')
    .leftJoin('repositories', 'repositories.id', 'links.repository_id')
    .select([
      'links.task_id',
      'links.integration_id',
      'links.integration_type',
      'links.external_id',
      'links.number',
      'links.url',
      'links.state',
      'links.sync_state',
      'links.last_error',
      'links.last_error_class',
      'links.last_error_hint as remedy',
      'links.last_synced_at',
      sql<string | null>`repositories.owner || '/' || repositories.name`.as('repository'),
    ])
    .where(sql<SqlBool>`links.task_id = any(${tasks.map((task) => task.id)}::bigint[])`)
    .orderBy('links.id')
    .$castTo<TaskLinkObject & { task_id: number }>()
    .execute();
  const byTask = Map.groupBy(links, (link) => link.task_id);
  return tasks.map(({ version, ...task }) => ({
    ...task,
    links: (byTask.get(task.id) ?? []).map(({ task_id: _, ...link }) => link),
    version,
  }));
}
