import type { ErrorClass, RepositoryRef } from '@commandcenter/integration-kit';
import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';
import type { Repository } from '../../database/schema.ts';

/** The reason why requests of a repository are refused. */
export interface RepositoryRefusal {
  /** The refused requests. With `writes`, items can still be read, as in an archived repository. */
  scope: 'writes' | 'everything';
  class: ErrorClass;
  /** The reason as a sentence for people. */
  message: string;
  remedy: string;
  /** Time of the first refusal, in RFC 3339. */
  since: string;
  /** True if the provider said that the repository was deleted, so that access cannot return. */
  deleted?: boolean;
}

export type RepositoryRow = Omit<Selectable<Repository>, 'refusal'> & { refusal: RepositoryRefusal | null };

export async function getRepository(db: Database | Transaction, id: number): Promise<RepositoryRow | undefined> {
  return db.selectFrom('repositories').selectAll().where('id', '=', id).$castTo<RepositoryRow>().executeTakeFirst();
}

/** Returns the repository and locks it until the end of the transaction, against other changes of its row. */
export async function lockRepository(trx: Transaction, id: number): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`select * from repositories where id = ${id} for no key update`.execute(trx);
  return rows[0];
}

/** Lists repositories, oldest first. `projectIds` is null for those of all projects. */
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
    .$castTo<RepositoryRow>()
    .execute();
  return pageOf(rows, page.limit);
}

/** Returns the repositories that have one of these names now. */
export async function findRepositories(
  db: Database | Transaction,
  wanted: readonly ({ project_id: number } & RepositoryRef)[],
): Promise<RepositoryRow[]> {
  if (wanted.length === 0) return [];
  const names = wanted.map(({ project_id, owner, name }) => ({ project_id, owner, name }));
  const { rows } = await sql<RepositoryRow>`
    select distinct on (r.id) r.*
    from json_to_recordset(${JSON.stringify(names)}) as x(project_id bigint, owner text, name text)
    join repositories r on r.project_id = x.project_id and lower(r.owner) = lower(x.owner) and lower(r.name) = lower(x.name)
    where r.name_lost_at is null order by r.id`.execute(db);
  return rows;
}

/** Returns the known repositories of this project and host that have one of these immutable ids. */
export async function findRepositoriesByIds(
  trx: Database | Transaction,
  { project_id, host }: Pick<RepositoryRow, 'project_id' | 'host'>,
  externalIds: readonly string[],
): Promise<RepositoryRow[]> {
  if (externalIds.length === 0) return [];
  const { rows } = await sql<RepositoryRow>`
    select * from repositories
    where project_id = ${project_id} and host = ${host} and external_id = any(${externalIds}::text[]) order by id`.execute(
    trx,
  );
  return rows;
}

/** Returns the repository that has this name now. */
export async function findRepositoryByName(
  trx: Transaction,
  projectId: number,
  host: string,
  { owner, name }: RepositoryRef,
): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    select * from repositories
    where project_id = ${projectId} and host in (${host}, '') and lower(owner) = lower(${owner}) and lower(name) = lower(${name})
      and name_lost_at is null`.execute(trx);
  return rows[0];
}

export async function touchRepository(trx: Transaction, id: number): Promise<void> {
  await sql`update repositories set last_synced_at = now() where id = ${id}`.execute(trx);
}
