import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { notifyRefetch } from '../refetch-queries.ts';
import type { SyncIntegration } from './incoming-change.ts';

/** The state of a page's items, according to their links. */
export interface KnownItems {
  /** True if the full page could not change any link: each item is followed, has lost its task, or was certainly deleted. */
  settled: boolean;
  /** External ids of the items whose task was deleted in CommandCenter. */
  deletedHere: Set<string>;
  /** The highest known number of the items; 0 if none is known. */
  highestNumber: number;
}

export async function findKnownItems(
  db: Database,
  { project_id, integration_type, host }: Pick<SyncIntegration, 'project_id' | 'integration_type' | 'host'>,
  itemIds: readonly string[],
): Promise<KnownItems> {
  const { rows } = await sql<{ external_id: string; settled: boolean; deleted_here: boolean; number: number | null }>`
    select external_id, number, deleted_here,
      deleted_here or sync_state not in ('deleted', 'detached') or (sync_state = 'deleted' and last_error_class is null) as settled
    from (
      select l.external_id, l.number, l.sync_state, l.last_error_class, t.id is null or t.deleted_at is not null as deleted_here
      from links l left join tasks t on t.id = l.task_id
      where l.project_id = ${project_id} and l.integration_type = ${integration_type} and l.host = ${host} and l.kind = 'item'
        and l.external_id = any(${itemIds}::text[])) known`.execute(db);
  return {
    settled: rows.filter(({ settled }) => settled).length === itemIds.length,
    highestNumber: Math.max(0, ...rows.map(({ number }) => number ?? 0)),
    deletedHere: new Set(rows.filter(({ deleted_here }) => deleted_here).map(({ external_id }) => external_id)),
  };
}

/** The last walk of an import, which has read the whole list of a repository. */
export interface CompletedListing {
  jobId: number;
  walk: number;
  repositoryId: number;
  /** Time at which the import began, by the database's clock: an item that was linked later may be missing from its pages. */
  startedAt: Date;
}

/** SQL: `listed` selects the items of the listing; `isUnlisted` is true for a followed link `l` whose item is not among them. */
const listed = ({ jobId, walk }: CompletedListing) => sql`
  listed as materialized (
    select item.id from import_pages p cross join unnest(p.item_ids) as item(id) where p.job_id = ${jobId} and p.walk = ${walk})`;
const isUnlisted = ({ repositoryId, startedAt }: CompletedListing) => sql`
  l.repository_id = ${repositoryId} and l.sync_state not in ('deleted', 'detached') and l.task_id is not null
    and l.external_id is not null and l.number is not null and l.created_at < ${startedAt}
    and not exists (select from listed where listed.id = l.external_id)`;

/**
 * Plans reads of the next items that are not listed, in the order of their link ids, and returns these ids. The read finds out what
 * happened to the item, since being absent from a list proves nothing.
 */
export async function readUnlisted(
  trx: Transaction,
  listing: CompletedListing,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with ${listed(listing)}, unlisted as (
      select l.id from links l where l.id > ${afterId} and ${isUnlisted(listing)}
      order by l.id limit ${limit} for no key update of l)
    update links l set refetch_at = coalesce(l.refetch_at, now()) from unlisted where l.id = unlisted.id
    returning l.id`.execute(trx);
  if (rows.length > 0) await notifyRefetch(trx);
  return rows.map(({ id }) => id).sort((left, right) => left - right);
}

export interface UnlistedItem {
  number: number;
  title: string;
  url: string;
}

/** Counts the items whose read `readUnlisted` would plan, and returns the first `limit` of them. */
export async function countUnlisted(
  db: Database,
  listing: CompletedListing,
  limit: number,
): Promise<{ count: number; first: UnlistedItem[] }> {
  const { rows } = await sql<UnlistedItem & { count: number }>`
    with ${listed(listing)}
    select l.number, t.title, coalesce(l.url, '') as url, (count(*) over ())::int as count
    from links l join tasks t on t.id = l.task_id
    where ${isUnlisted(listing)}
    order by l.id limit ${Math.max(1, limit)}`.execute(db);
  return {
    count: rows[0]?.count ?? 0,
    first: rows.slice(0, limit).map(({ number, title, url }) => ({ number, title, url })),
  };
}
