import { sql } from 'kysely';
import type { Transaction } from '../../database/database.ts';

/** The permission to use an integration's credential for a repository. */
export interface RepositoryGrant {
  repository_id: number;
  integration_id: number;
}

/** Adds grants to their repositories, unless they are stored already. */
export async function grantRepositories(trx: Transaction, grants: readonly RepositoryGrant[]): Promise<void> {
  if (grants.length === 0) return;
  await sql`
    with wanted as (
      select repository_id, integration_id
      from json_to_recordset(${JSON.stringify(grants)}) as x(repository_id bigint, integration_id bigint)
    ), locked as (
      select id from repositories where id in (select repository_id from wanted) order by id for no key update
    )
    update repositories r
    set granted_to = (
      select array_agg(distinct integration_id) from (
        select unnest(r.granted_to) as integration_id
        union select integration_id from wanted where repository_id = r.id) all_of_them)
    from locked where r.id = locked.id and exists (
      select from wanted where repository_id = r.id and integration_id <> all(r.granted_to))`.execute(trx);
}
