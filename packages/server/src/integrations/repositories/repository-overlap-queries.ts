import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';

/** Repositories that two integrations of a project see, as shown on one of the two. */
export interface OverlapRow {
  /** Id of the other integration. */
  integration_id: number;
  name: string;
  /** The shared repositories as `owner/name`, sorted, at most `MOST_REPOSITORIES`. */
  repositories: string[];
  /** Id of the integration that brings in the items of these repositories: the older one of the two. */
  followed_by: number;
}

const MOST_REPOSITORIES = 100;

/** Records that integrations see repositories which an older integration follows. */
export async function recordOverlaps(
  trx: Transaction,
  overlaps: readonly { integration_id: number; repository_id: number }[],
): Promise<void> {
  if (overlaps.length === 0) return;
  await sql`
    insert into repository_overlaps (integration_id, repository_id)
    select distinct integration_id, repository_id
    from json_to_recordset(${JSON.stringify(overlaps)}) as x(integration_id bigint, repository_id bigint)
    order by 1, 2 on conflict do nothing`.execute(trx);
}

/**
 * Returns the overlaps by integration id, for any number of integrations in one query. A recorded overlap is left out when no other
 * integration follows the repository, or when `config.repositories` of the integration that saw it names only others.
 */
export async function listOverlaps(
  db: Database | Transaction,
  integrationIds: readonly number[],
): Promise<Map<number, OverlapRow[]>> {
  const overlaps = new Map<number, OverlapRow[]>();
  if (integrationIds.length === 0) return overlaps;
  const { rows } = await sql<OverlapRow & { shown_by: number }>`
    with pairs as (
      select o.integration_id as seen_by, r.integration_id as followed_by, r.owner || '/' || r.name as repository
      from repository_overlaps o join repositories r on r.id = o.repository_id and r.integration_id <> o.integration_id
      where o.integration_id = any(${integrationIds}::bigint[])
      union
      select o.integration_id, r.integration_id, r.owner || '/' || r.name
      from repositories r join repository_overlaps o on r.id = o.repository_id and r.integration_id <> o.integration_id
      where r.integration_id = any(${integrationIds}::bigint[]))
    select side.shown_by, i.id as integration_id, i.name, p.followed_by,
      (array_agg(p.repository order by lower(p.repository)))[:${sql.lit(MOST_REPOSITORIES)}] as repositories
    from pairs p
    cross join lateral (values (p.seen_by, p.followed_by), (p.followed_by, p.seen_by)) as side(shown_by, other)
    join integrations i on i.id = side.other
    join integrations seer on seer.id = p.seen_by
    cross join lateral (
      select case when jsonb_typeof(seer.config -> 'repositories') = 'array' then seer.config -> 'repositories' else '[]' end as entries
    ) named
    where side.shown_by = any(${integrationIds}::bigint[]) and (
      named.entries = '[]'
      or exists (select from jsonb_array_elements_text(named.entries) as entry where lower(entry) = lower(p.repository)))
    group by side.shown_by, i.id, p.followed_by order by side.shown_by, i.id, p.followed_by`.execute(db);
  for (const { shown_by, ...overlap } of rows) {
    const own = overlaps.get(shown_by);
    if (own === undefined) overlaps.set(shown_by, [overlap]);
    else own.push(overlap);
  }
  return overlaps;
}
