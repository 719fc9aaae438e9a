import type { RepositoryRef } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import type { Transaction } from '../database/database.ts';

/** The properties that two integrations of one project, type and host must not share. */
interface DuplicateSearch {
  project_id: number;
  integration_type: string;
  host: string;
  /** Id of the integration that is being changed; null if a new one is being created. */
  id: number | null;
  /** Key of the credential; null if there is no credential, or if it is not to be compared. */
  credential_key: string | null;
  /** The installation that the integration acts as; null if it acts as none, or as the same one as before. */
  installation: {
    auth_type: string;
    /** The values of `config` that identify the installation. */
    config: Record<string, string>;
    /** Ids of the installation as configured webhook hints, which identify it however the values in `config` are spelled. */
    hints: readonly string[];
  } | null;
  repositories: readonly RepositoryRef[];
}

export interface DuplicateIntegration {
  id: number;
  name: string;
  same_credential: boolean;
  same_installation: boolean;
  /** Shared repositories (`owner/name`) that the integration names or follows. */
  repositories: string[];
  /**
   * True if the integration already follows one of the shared repositories, so that a change of its configuration alone does not release
   * them.
   */
  follows: boolean;
}

/**
 * Returns the oldest integration of the project with the same credential, the same installation or one of the repositories, or undefined.
 */
export async function findDuplicate(
  trx: Transaction,
  { project_id, integration_type, host, id, credential_key, installation, repositories }: DuplicateSearch,
): Promise<DuplicateIntegration | undefined> {
  const { auth_type = null, config = {}, hints = [] } = installation ?? {};
  const wanted = repositories.map(({ owner, name }) => ({ owner, name }));
  const { rows } = await sql<DuplicateIntegration>`
    with wanted as (select * from json_to_recordset(${JSON.stringify(wanted)}) as x(owner text, name text)),
    others as (
      select i.id, i.name, i.auth_type, i.config, i.credential_key,
        case when jsonb_typeof(i.config -> 'repositories') = 'array' then i.config -> 'repositories' else '[]' end as entries
      from integrations i
      where i.project_id = ${project_id} and i.integration_type = ${integration_type} and i.host = ${host}
        and i.id is distinct from ${id}::bigint),
    shared as (
      select o.id, w.owner, w.name, false as follows
      from others o cross join lateral jsonb_array_elements_text(o.entries) as entry
      join wanted w on lower(w.owner || '/' || w.name) = lower(entry)
      union all
      select o.id, w.owner, w.name, true
      from wanted w
      join repositories r on r.project_id = ${project_id} and r.host = ${host} and lower(r.owner) = lower(w.owner)
        and lower(r.name) = lower(w.name) and r.name_lost_at is null
      join others o on o.id = r.integration_id),
    compared as (
      select o.id, o.name, coalesce(o.credential_key = ${credential_key}::text, false) as same_credential,
        coalesce(o.auth_type = ${auth_type}::text and (
          (select bool_and(o.config ->> key = value) from jsonb_each_text(${JSON.stringify(config)}::jsonb))
          or exists (
            select from webhook_hints h
            where h.integration_id = o.id and h.integration_type = ${integration_type} and h.kind = 'installation'
              and h.value = any(${hints}::text[]) and not h.learned)), false) as same_installation,
        array(select distinct s.owner || '/' || s.name from shared s where s.id = o.id order by 1) as repositories,
        exists (select from shared s where s.id = o.id and s.follows) as follows
      from others o)
    select * from compared where same_credential or same_installation or repositories <> '{}' order by id limit 1`.execute(
    trx,
  );
  return rows[0];
}
