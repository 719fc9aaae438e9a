import type { ListPage } from '@commandcenter/integration-kit';
import { IntegrationError } from '@commandcenter/integration-kit';
import type { Database } from '../../database/database.ts';
import { findLinkedItems } from '../link/link-queries.ts';
import { type ImportedRepository, type ImportSource, requireSameRepository } from './import-source.ts';
import type { SyncIntegration } from './incoming-change.ts';
import { type ListPosition, type ListStep, stepFrom } from './list-position.ts';
import { findKnownItems, type KnownItems } from './listed-link-queries.ts';
import { findListingPage, findListingStart, type Listing, type ListingPage } from './listing-page-queries.ts';

/** The most pages that one import reads, which is a million items. A longer list is taken for endless. */
const MOST_PAGES = 10_000;

/** One page of a repository's list, as the provider returned it. */
export interface ReadPage extends ListStep {
  url: string;
  position: ListPosition;
  response: ListPage;
  /** External ids of the page's items. If the page has not changed (304), they are those of the stored page. */
  itemIds: string[];
  /** The state of the page's items according to their links, if the page has not changed; otherwise undefined. */
  known: KnownItems | undefined;
  /** The highest item number on the page; 0 if it has no items. */
  highestNumber: number;
  /** The row of `import_pages` that stores the page. */
  row: ListingPage;
}

/** Reads the pages of a repository's full list. The requests are conditional where a 304 tells as much as the full page. */
export class ImportPages {
  readonly #db: Database;
  readonly #integration: SyncIntegration;
  readonly #repository: ImportedRepository;
  readonly #source: ImportSource;
  readonly #listing: Listing;

  constructor(
    db: Database,
    integration: SyncIntegration,
    repository: ImportedRepository,
    source: ImportSource,
    listing: Listing,
  ) {
    this.#db = db;
    this.#integration = integration;
    this.#repository = repository;
    this.#source = source;
    this.#listing = listing;
  }

  /**
   * Returns the position at which to begin reading the repository's list, and the expected number of pages, as the last completed import
   * has left them. The number is null if there was no import.
   */
  async start(): Promise<{ position: ListPosition; total_pages: number | null }> {
    const url = await this.#source.firstUrl();
    const known = await findListingStart(this.#db, this.#listing, url);
    if (known === undefined || known.url === url)
      return { position: { url, direction: 'forwards' }, total_pages: known?.pages ?? null };
    return { position: { url: known.url, direction: 'end' }, total_pages: known.pages };
  }

  /**
   * Reads one page of the list. Throws IntegrationError `import.endless_list` if the list has too many pages.
   *
   * @param count number of pages that this import has read before
   */
  async read(position: ListPosition, count: number): Promise<ReadPage> {
    if (count >= MOST_PAGES) throw this.#endlessList();
    const url = position.url ?? (await this.#source.firstUrl());
    const before = await findListingPage(this.#db, this.#listing, url);
    const known = before?.etag ? await findKnownItems(this.#db, this.#integration, before.item_ids) : undefined;
    // A 304 lists no items, so the page is requested in full if one of its items would create a task or revive a link.
    const response = await this.#source.list(url, known?.settled ? (before?.etag ?? null) : null);
    if (response.notModified && before !== undefined) {
      const step = stepFrom(position, { nextUrl: before.next_url, previousUrl: before.previous_url });
      return {
        url,
        position,
        response,
        itemIds: before.item_ids,
        known,
        highestNumber: known?.highestNumber ?? 0,
        row: before,
        ...step,
      };
    }
    const { etag, nextUrl, previousUrl = null } = response;
    const itemIds = response.items.map(({ externalId }) => externalId);
    const row = { url, etag, next_url: nextUrl, previous_url: previousUrl, item_ids: itemIds };
    const highestNumber = Math.max(0, ...response.items.map(({ number }) => number));
    return { url, position, response, itemIds, known: undefined, highestNumber, row, ...stepFrom(position, response) };
  }

  /**
   * Throws if the page belongs to another repository. The pages of a longer list name their repository by its id. A list of one page has
   * only the name, which another repository may have taken, so the repository is looked up again if no item is known.
   */
  async requireRepository({ response, itemIds, next }: ReadPage, isFirst: boolean): Promise<void> {
    if (response.notModified) return;
    requireSameRepository(this.#repository.found, response.repositoryId);
    if (response.repositoryId !== undefined || next !== null || !isFirst) return;
    const { row } = this.#repository;
    const linked = row === undefined ? new Set() : await findLinkedItems(this.#db, row.id, itemIds);
    if (linked.size === 0) await this.#source.lookUpAgain();
  }

  #endlessList(): IntegrationError {
    const { owner, name } = this.#repository.found;
    return new IntegrationError(`The list of issues of ${owner}/${name} does not end after ${MOST_PAGES} pages.`, {
      class: 'validation',
      code: 'import.endless_list',
      hint: 'What was compared stays. Later changes of issues are still followed by webhooks and polls.',
    });
  }
}
