import type { Selectable } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { allowLongStatements } from '../../database/long-statement.ts';
import type { Page, PageRequest } from '../../database/page.ts';
import { pageOf } from '../../database/page.ts';
import type { Project } from '../../database/schema.ts';

export type ProjectRow = Selectable<Project>;

const LONGEST_SLUG = 60;

/** Creates a project with a unique slug, and makes its owner a member. */
export async function createProject(
  trx: Transaction,
  project: { name: string; ownerId: number | null },
): Promise<ProjectRow> {
  const slug = slugOf(project.name);
  // A taken slug gets the first free number. When two transactions choose the same slug at once, the one whose insert conflicts looks
  // again.
  for (;;) {
    const taken = await trx
      .selectFrom('projects')
      .select('slug')
      .where((where) => where.or([where('slug', '=', slug), where('slug', 'like', `${slug}-%`)]))
      .execute();
    const created = await trx
      .insertInto('projects')
      .values({ name: project.name, slug: freeSlug(slug, new Set(taken.map((row) => row.slug))) })
      .onConflict((on) => on.column('slug').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (created === undefined) continue;
    if (project.ownerId !== null) {
      await trx
        .insertInto('project_members')
        .values({ project_id: created.id, user_id: project.ownerId, role: 'owner' })
        .execute();
    }
    return created;
  }
}

export function findProject(db: Database | Transaction, id: number): Promise<ProjectRow | undefined> {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Locks the project until the transaction ends; other transactions can still write rows that refer to it. Returns false when the project
 * does not exist.
 */
export async function lockProject(trx: Transaction, id: number): Promise<boolean> {
  const row = await trx.selectFrom('projects').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row !== undefined;
}

/** Lists projects, oldest first: those with the given ids, or all when `projectIds` is null. */
export async function listProjects(
  db: Database,
  projectIds: readonly number[] | null,
  page: PageRequest,
): Promise<Page<ProjectRow>> {
  let query = db
    .selectFrom('projects')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1);
  if (projectIds !== null) query = query.where('id', 'in', [...projectIds, 0]);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return pageOf(await query.execute(), page.limit);
}

export function renameProject(db: Database | Transaction, id: number, name: string): Promise<ProjectRow | undefined> {
  return db.updateTable('projects').set({ name }).where('id', '=', id).returningAll().executeTakeFirst();
}

/** Deletes the project with everything in it. */
export async function deleteProject(trx: Transaction, id: number): Promise<void> {
  await allowLongStatements(trx);
  await trx.deleteFrom('projects').where('id', '=', id).execute();
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'project' : slug;
}

function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${slug}-${number}`)) return `${slug}-${number}`;
  }
}

export async function projectHasIntegrations(db: Database | Transaction, id: number): Promise<boolean> {
  const found = await db
    .selectFrom('integrations')
    .select('id')
    .where('project_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
