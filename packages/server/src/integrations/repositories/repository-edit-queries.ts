import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { allowLongStatements } from '../../database/long-statement.ts';
import type { RepositoryRow } from './repository-queries.ts';

export interface NewRepository {
  project_id: number;
  owner: string;
  name: string;
  integration_id: number | null;
  default_branch: string | null;
  clone_url: string | null;
}

/** Registers a repository. Returns undefined if the project already has one with that name, regardless of letter case. */
export async function insertRepository(
  db: Database | Transaction,
  { project_id, owner, name, integration_id, default_branch, clone_url }: NewRepository,
): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    insert into repositories (project_id, owner, name, integration_id, default_branch, clone_url, registered, host)
    select ${project_id}, ${owner}, ${name}, ${integration_id}::bigint, ${default_branch}::text, ${clone_url}::text, true,
      coalesce((select host from integrations where id = ${integration_id}), '')
    where not exists (
      select from repositories r where r.project_id = ${project_id} and lower(r.owner) = lower(${owner})
        and lower(r.name) = lower(${name}) and r.name_lost_at is null)
    on conflict do nothing
    returning *`.execute(db);
  return rows[0];
}

export type RepositoryPatch = Partial<Pick<NewRepository, 'integration_id' | 'default_branch' | 'clone_url'>>;

export function updateRepository(
  db: Database | Transaction,
  id: number,
  patch: RepositoryPatch,
): Promise<RepositoryRow | undefined> {
  return db
    .updateTable('repositories')
    .set({
      ...patch,
      updated_at: sql`now()`,
      // An owner who sets how the repository is read also allows the use of the credential, as by registering it.
      ...((patch.integration_id ?? patch.clone_url ?? null) === null ? {} : { registered: true }),
      // A repository that was registered by its name alone gets the host of its first integration.
      host: sql<string>`case when host = '' then coalesce((select i.host from integrations i where i.id = ${patch.integration_id ?? null}), '') else host end`,
    })
    .where('id', '=', id)
    .returningAll()
    .$castTo<RepositoryRow>()
    .executeTakeFirst();
}

/** Deletes a repository unless tasks are linked to its items. Returns true if it was deleted. */
export async function deleteRepository(trx: Transaction, id: number): Promise<boolean> {
  await allowLongStatements(trx);
  const result = await trx
    .deleteFrom('repositories')
    .where('id', '=', id)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('links')
            .select('links.id')
            .where('repository_id', '=', id)
            .where('task_id', 'is not', null)
            .where('sync_state', 'not in', ['deleted', 'detached']),
        ),
      ),
    )
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
