import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';
import type { TrustedRepository } from '../../database/schema.ts';

export type TrustedRepositoryRow = Selectable<TrustedRepository>;

/** Most trusted repositories of a project. */
export const MOST_TRUSTED_REPOSITORIES = 1000;

/** Identifies a trusted repository by project, issuer and GitHub's repository id, which are unique together. */
export interface TrustedRepositoryKey {
  project_id: number;
  issuer: string;
  repository_id: number;
}

export interface NewTrustedRepository extends TrustedRepositoryKey {
  owner_id: number;
  name: string | null;
}

/** Lists the trusted repositories of a project, oldest first. With `only`, the list has at most the trusted repository with this id. */
export async function listTrustedRepositories(
  db: Database,
  { projectId, only }: { projectId: number; only?: number | undefined },
  page: PageRequest,
): Promise<Page<TrustedRepositoryRow>> {
  let query = db
    .selectFrom('trusted_repositories')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id')
    .limit(page.limit + 1);
  if (only !== undefined) query = query.where('id', '=', only);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return pageOf(await query.execute(), page.limit);
}

/** Adds a trusted repository to a project. Returns undefined when the project already trusts it, or has the most that are allowed. */
export async function insertTrustedRepository(
  trx: Transaction,
  { project_id, issuer, repository_id, owner_id, name }: NewTrustedRepository,
): Promise<TrustedRepositoryRow | undefined> {
  const { rows } = await sql<TrustedRepositoryRow>`
    insert into trusted_repositories (project_id, issuer, repository_id, owner_id, name)
    select ${project_id}::bigint, ${issuer}, ${repository_id}::bigint, ${owner_id}::bigint, ${name}
    where (select count(*) from trusted_repositories where project_id = ${project_id}) < ${MOST_TRUSTED_REPOSITORIES}
    on conflict (project_id, issuer, repository_id) do nothing
    returning *`.execute(trx);
  return rows[0];
}

export function findTrustedRepository(
  db: Database | Transaction,
  { project_id, issuer, repository_id }: TrustedRepositoryKey,
): Promise<TrustedRepositoryRow | undefined> {
  return db
    .selectFrom('trusted_repositories')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('issuer', '=', issuer)
    .where('repository_id', '=', repository_id)
    .executeTakeFirst();
}

export function getTrustedRepository(db: Database, id: number): Promise<TrustedRepositoryRow | undefined> {
  return db.selectFrom('trusted_repositories').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Deletes a trusted repository together with the tokens of its workflows. Returns the deleted row. */
export function deleteTrustedRepository(
  trx: Transaction,
  projectId: number,
  id: number,
): Promise<TrustedRepositoryRow | undefined> {
  return trx
    .deleteFrom('trusted_repositories')
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .returningAll()
    .executeTakeFirst();
}

/** Returns true when any project trusts a repository of this issuer. */
export async function isTrustedIssuer(db: Database, issuer: string): Promise<boolean> {
  const found = await db
    .selectFrom('trusted_repositories')
    .select('id')
    .where('issuer', '=', issuer)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
