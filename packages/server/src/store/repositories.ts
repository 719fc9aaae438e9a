import type { ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from './database.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';
import type { Repository } from './schema.ts';

export type RepositoryRow = Selectable<Repository>;

/** What is known about a repository, to be written down where it says more than before. */
export interface RepositoryFacts extends ExternalRepository {
  project_id: number;
  integration_id: number | null;
  head_sha?: string;
  pushed_at?: string;
}

/** Same repository, same text, whatever its case. */
export const repositoryKey = (projectId: number, { owner, name }: RepositoryRef): string =>
  `${projectId}/${owner.toLowerCase()}/${name.toLowerCase()}`;

export async function getRepository(db: Database | Transaction, id: number): Promise<RepositoryRow | undefined> {
  return db.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Oldest first. `projectIds` null: of all projects. */
export async function listRepositories(
  db: Database,
  filter: { projectIds: readonly number[] | null; owner?: string | undefined; name?: string | undefined },
  page: PageRequest,
): Promise<Page<RepositoryRow>> {
  let query = db.selectFrom('repositories').selectAll();
  if (filter.projectIds !== null) query = query.where('project_id', 'in', [...filter.projectIds, 0]);
  if (filter.owner !== undefined) query = query.where(sql<string>`lower(owner)`, '=', filter.owner.toLowerCase());
  if (filter.name !== undefined) query = query.where(sql<string>`lower(name)`, '=', filter.name.toLowerCase());
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  const rows = await query
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit);
}

export async function findRepositories(
  db: Database | Transaction,
  wanted: readonly ({ project_id: number } & RepositoryRef)[],
): Promise<RepositoryRow[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<RepositoryRow>`
    select distinct on (r.id) r.*
    from json_to_recordset(${JSON.stringify(wanted)}) as x(project_id bigint, owner text, name text)
    join repositories r on r.project_id = x.project_id and lower(r.owner) = lower(x.owner) and lower(r.name) = lower(x.name)`.execute(
    db,
  );
  return rows;
}

/**
 * Writes what is new about repositories, makes those that are missing, and answers all of them. One whose immutable id is known
 * under another name of the same project was renamed. Rows are written in name order, so that two writers do not block each other.
 */
export async function saveRepositories(
  trx: Transaction,
  facts: readonly RepositoryFacts[],
): Promise<Map<string, RepositoryRow>> {
  const known = indexed(await findRepositories(trx, facts));
  const changed = facts
    .filter((fact) => saysMore(fact, known.get(repositoryKey(fact.project_id, fact))))
    .sort((left, right) => (repositoryKey(left.project_id, left) < repositoryKey(right.project_id, right) ? -1 : 1));
  if (changed.length === 0) return known;
  const missing = changed.filter(
    (fact) => fact.externalId !== undefined && !known.has(repositoryKey(fact.project_id, fact)),
  );
  if (missing.length > 0) await renameByExternalId(trx, missing);
  const { rows } = await sql<RepositoryRow>`
    insert into repositories as r (project_id, integration_id, owner, name, external_id, default_branch, clone_url, head_sha, pushed_at)
    select x.project_id, x.integration_id, x.owner, x.name, x."externalId", x."defaultBranch", x."cloneUrl", x.head_sha, x.pushed_at
    from json_to_recordset(${JSON.stringify(changed)}) as x(project_id bigint, integration_id bigint, owner text, name text,
      "externalId" text, "defaultBranch" text, "cloneUrl" text, head_sha text, pushed_at timestamptz)
    on conflict (project_id, lower(owner), lower(name)) do update
    set integration_id = coalesce(r.integration_id, excluded.integration_id),
        external_id = coalesce(excluded.external_id, r.external_id),
        default_branch = coalesce(excluded.default_branch, r.default_branch),
        clone_url = coalesce(excluded.clone_url, r.clone_url),
        head_sha = case when excluded.pushed_at < r.pushed_at then r.head_sha else coalesce(excluded.head_sha, r.head_sha) end,
        pushed_at = greatest(excluded.pushed_at, r.pushed_at),
        updated_at = now()
    returning *`.execute(trx);
  for (const row of rows) known.set(repositoryKey(row.project_id, row), row);
  return known;
}

/** Gives a repository its new name, unless a repository of that name is known already. Answers whether it did. */
export async function renameRepository(
  trx: Transaction,
  projectId: number,
  from: RepositoryRef,
  to: RepositoryRef,
): Promise<boolean> {
  const result = await sql`
    update repositories set owner = ${to.owner}, name = ${to.name}, updated_at = now()
    where project_id = ${projectId} and lower(owner) = lower(${from.owner}) and lower(name) = lower(${from.name})
      and not exists (
        select from repositories other
        where other.project_id = ${projectId} and lower(other.owner) = lower(${to.owner}) and lower(other.name) = lower(${to.name})
          and other.id <> repositories.id)`.execute(trx);
  return result.numAffectedRows === 1n;
}

export async function touchRepository(trx: Transaction, id: number): Promise<void> {
  await sql`update repositories set last_synced_at = now() where id = ${id}`.execute(trx);
}

async function renameByExternalId(trx: Transaction, facts: readonly RepositoryFacts[]): Promise<void> {
  await sql`
    update repositories r set owner = x.owner, name = x.name, updated_at = now()
    from json_to_recordset(${JSON.stringify(facts)}) as x(project_id bigint, owner text, name text, "externalId" text)
    where r.project_id = x.project_id and r.external_id = x."externalId"
      and not exists (
        select from repositories other
        where other.project_id = x.project_id and lower(other.owner) = lower(x.owner) and lower(other.name) = lower(x.name))`.execute(
    trx,
  );
}

const indexed = (rows: readonly RepositoryRow[]): Map<string, RepositoryRow> =>
  new Map(rows.map((row) => [repositoryKey(row.project_id, row), row]));

function saysMore(fact: RepositoryFacts, row: RepositoryRow | undefined): boolean {
  if (row === undefined) return true;
  return (
    (row.integration_id === null && fact.integration_id !== null) ||
    (fact.externalId !== undefined && fact.externalId !== row.external_id) ||
    (fact.defaultBranch !== undefined && fact.defaultBranch !== row.default_branch) ||
    (fact.cloneUrl !== undefined && fact.cloneUrl !== row.clone_url) ||
    (fact.head_sha !== undefined && fact.head_sha !== row.head_sha)
  );
}
