import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';

/** A page of a repository's full list, as an import compared it. */
export interface ListingPage {
  url: string;
  /** ETag for a conditional request; null if the page has to be requested in full. */
  etag: string | null;
  next_url: string | null;
  previous_url: string | null;
  /** External ids of the page's items. */
  item_ids: string[];
}

/** Identifies the pages that an import can use: those of its own job, and those that the last completed import has left. */
export interface Listing {
  job_id: number;
  integration_id: number;
  /** Id of the repository; null in a rehearsal of a repository that is not stored. */
  repository_id: number | null;
}

/** Returns the page as compared last, in an earlier walk of this import or by the last completed import; undefined if it never was. */
export async function findListingPage(
  db: Database,
  { job_id, integration_id, repository_id }: Listing,
  url: string,
): Promise<ListingPage | undefined> {
  const { rows } = await sql<ListingPage>`
    select url, etag, next_url, previous_url, item_ids
    from (
      select walk, url, etag, next_url, previous_url, item_ids from import_pages where job_id = ${job_id} and url = ${url}
      union all
      select 0, url, etag, next_url, previous_url, item_ids from listing_pages
      where integration_id = ${integration_id} and repository_id = ${repository_id} and url = ${url}) pages
    order by walk desc limit 1`.execute(db);
  return rows[0];
}

/**
 * Returns the start of the last completed listing: its first page if it was read forwards, its last page if it was read backwards.
 * Undefined when there is none.
 */
export async function findListingStart(
  db: Database,
  { integration_id, repository_id }: Listing,
  firstUrl: string,
): Promise<{ url: string; pages: number } | undefined> {
  const { rows } = await sql<{ url: string; pages: number }>`
    select url, (count(*) over ())::int as pages from listing_pages
    where integration_id = ${integration_id} and repository_id = ${repository_id}
    order by url = ${firstUrl} desc, next_url is null desc, cardinality(item_ids) desc limit 1`.execute(db);
  return rows[0];
}

/** Returns those of the given item ids that a page of this import has shown before, in any walk through the list. */
export async function findListedBefore(
  trx: Transaction,
  jobId: number,
  itemIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct listed.id from import_pages p cross join unnest(p.item_ids) as listed(id)
    where p.job_id = ${jobId} and p.item_ids && ${itemIds}::text[] and listed.id = any(${itemIds}::text[])`.execute(
    trx,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Stores a page of an import. It must be in the transaction that stores the page's items and the job's checkpoint. */
export async function saveImportPage(
  trx: Transaction,
  jobId: number,
  walk: number,
  { url, etag, next_url, previous_url, item_ids }: ListingPage,
): Promise<void> {
  await sql`
    insert into import_pages (job_id, walk, url, etag, next_url, previous_url, item_ids)
    values (${jobId}, ${walk}, ${url}, ${etag}, ${next_url}, ${previous_url}, ${item_ids}::text[])
    on conflict (job_id, walk, url) do update
    set etag = excluded.etag, next_url = excluded.next_url, previous_url = excluded.previous_url, item_ids = excluded.item_ids`.execute(
    trx,
  );
}

/** Replaces the stored listing of a repository by the pages of the import's last walk through the list. */
export async function keepListing(
  trx: Transaction,
  { job_id, integration_id, repository_id }: Listing,
  walk: number,
): Promise<void> {
  await sql`
    delete from listing_pages where integration_id = ${integration_id} and repository_id = ${repository_id}`.execute(
    trx,
  );
  // Another import of the repository, which was started under its former name, may complete at the same time; hence `on conflict`.
  await sql`
    insert into listing_pages (integration_id, repository_id, url, etag, next_url, previous_url, item_ids)
    select ${integration_id}::bigint, ${repository_id}::bigint, url, etag, next_url, previous_url, item_ids
    from import_pages where job_id = ${job_id} and walk = ${walk}
    on conflict (integration_id, repository_id, url) do update
    set etag = excluded.etag, next_url = excluded.next_url, previous_url = excluded.previous_url, item_ids = excluded.item_ids`.execute(
    trx,
  );
}

export async function dropImportPages(trx: Transaction, jobId: number): Promise<void> {
  await sql`delete from import_pages where job_id = ${jobId}`.execute(trx);
}

/** Drops the pages of imports that failed or were cancelled. */
export async function dropPagesOfEndedImports(trx: Transaction): Promise<void> {
  await sql`
    delete from import_pages p using jobs j
    where j.id = p.job_id and j.status in ('completed', 'failed', 'cancelled')`.execute(trx);
}
