import type { Database, Transaction } from '../../store/database.ts';

/** A page of a full listing that has been applied, and what makes the next request for it conditional. */
export interface ListingPageRow {
  url: string;
  etag: string;
  next_url: string | null;
}

export async function findListingPage(
  db: Database | Transaction,
  integrationId: number,
  repositoryId: number,
  url: string,
): Promise<ListingPageRow | undefined> {
  return db
    .selectFrom('listing_pages')
    .select(['url', 'etag', 'next_url'])
    .where('integration_id', '=', integrationId)
    .where('repository_id', '=', repositoryId)
    .where('url', '=', url)
    .executeTakeFirst();
}

/** Committed together with the page's items. */
export async function saveListingPage(
  trx: Transaction,
  integrationId: number,
  repositoryId: number,
  page: ListingPageRow,
): Promise<void> {
  await trx
    .insertInto('listing_pages')
    .values({ integration_id: integrationId, repository_id: repositoryId, ...page })
    .onConflict((on) =>
      on.columns(['integration_id', 'repository_id', 'url']).doUpdateSet({ etag: page.etag, next_url: page.next_url }),
    )
    .execute();
}

/** A page without a validator, or the last one, which grows: it is asked for in full next time. */
export async function forgetListingPage(
  trx: Transaction,
  integrationId: number,
  repositoryId: number,
  url: string,
): Promise<void> {
  await trx
    .deleteFrom('listing_pages')
    .where('integration_id', '=', integrationId)
    .where('repository_id', '=', repositoryId)
    .where('url', '=', url)
    .execute();
}
