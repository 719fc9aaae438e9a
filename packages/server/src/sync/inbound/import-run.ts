import type { ListPage } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { rehearse } from '../../database/rehearse.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { touchRepository } from '../../integrations/repositories/repository-queries.ts';
import type { JobContext } from '../../jobs/handler.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Effect } from '../effect.ts';
import { compareItems, type PlannedChange } from './import-outcomes.ts';
import { ImportPages } from './import-pages.ts';
import type { ImportedRepository, ImportSource } from './import-source.ts';
import { afterPage, changesSince, highestArrival, type ImportState, inNextWalk, MOST_PLANNED } from './import-state.ts';
import { describeProgress } from './import-summary.ts';
import type { IncomingChange, SyncIntegration } from './incoming-change.ts';
import { type CompletedListing, countUnlisted, readUnlisted } from './listed-link-queries.ts';
import {
  dropImportPages,
  findListedBefore,
  keepListing,
  type Listing,
  saveImportPage,
} from './listing-page-queries.ts';
import { pauseOf } from './poll-repository.ts';
import { watchFrom } from './repository-poll-queries.ts';

/**
 * The most walks (passes through the repository's list) of one import. An item that a shifting list hides from all of them is found by
 * the next import.
 */
const MOST_WALKS = 3;
const UNLISTED_CHUNK = 500;

export interface ImportOptions {
  jobId: number;
  integration: SyncIntegration;
  repository: ImportedRepository;
  source: ImportSource;
  rehearsal: boolean;
  context: JobContext;
}

/**
 * One import or rehearsal under way. Each step is one transaction that also stores the job's checkpoint: if the worker dies, the next
 * worker repeats at most one page and counts nothing twice.
 */
export class ImportRun {
  readonly #deps: SyncDependencies;
  readonly #options: ImportOptions;
  readonly #listing: Listing;
  readonly #pages: ImportPages;
  #state: ImportState;

  constructor(deps: SyncDependencies, options: ImportOptions, state: ImportState) {
    const { jobId, integration, repository, source } = options;
    this.#deps = deps;
    this.#options = options;
    this.#state = state;
    this.#listing = { job_id: jobId, integration_id: integration.id, repository_id: repository.row?.id ?? null };
    this.#pages = new ImportPages(deps.db, integration, repository, source, this.#listing);
  }

  /** Runs the remaining steps of the import and returns its final state. */
  async carryOut(): Promise<ImportState> {
    while (this.#state.phase !== 'done') {
      if (this.#state.phase === 'listing') await this.#turnPage();
      else if (this.#state.phase === 'listed') await this.#confirm();
      else if (this.#options.rehearsal) await this.#planChecks();
      else await this.#checkUnlisted();
    }
    return this.#state;
  }

  async #turnPage(): Promise<void> {
    if (this.#state.position === null) {
      this.#state = { ...this.#state, ...(await this.#pages.start()) };
      return;
    }
    const { position, pages, walk, walk_pages } = this.#state;
    const { rehearsal } = this.#options;
    const page = await this.#pages.read(position, pages);
    await this.#pages.requireRepository(page, walk_pages === 0);
    if (!page.compare)
      return this.#step(async () => ({ position: page.next, total_pages: page.response.pages ?? null }));
    await this.#step(async (trx) => {
      const listedBefore = await findListedBefore(trx, this.#listing.job_id, page.itemIds);
      const effects = await this.#apply(trx, page.response);
      await saveImportPage(trx, this.#listing.job_id, walk, page.row);
      const { outcomes, planned } = compareItems(page, listedBefore, effects);
      return afterPage(this.#state, page, { outcomes, planned: rehearsal ? planned : [] }, this.#since());
    });
    await this.#tell();
  }

  #apply(trx: Transaction, { items }: ListPage): Promise<Effect[][]> {
    const { integration, repository, rehearsal } = this.#options;
    const changes = items.map((item): IncomingChange => {
      const { owner, name } = item.repository;
      // Items of a list name their repository by name alone, so the id is added that was read when the import began.
      const change = { kind: 'item' as const, item: { ...item, repository: { ...repository.found, owner, name } } };
      return { integration, change, source: { kind: 'import' } };
    });
    const { applyChanges } = this.#deps;
    return rehearsal ? rehearse(trx, () => applyChanges(trx, changes)) : applyChanges(trx, changes);
  }

  /**
   * Starts another walk through the repository's list if an old item was moved into the repository while the list was read backwards.
   * Such an item pushes later items to pages that have been read already, which hides one of them. It shows on a page that is read later,
   * or among the changes since the import began.
   */
  async #confirm(): Promise<void> {
    const arrival = this.#state.walk < MOST_WALKS ? await this.#findArrival() : null;
    await this.#step(async () => (arrival === null ? { phase: 'checking' } : inNextWalk(this.#state, arrival)));
  }

  async #findArrival(): Promise<number | null> {
    const { may_have_shifted, highest_number, highest_arrival } = this.#state;
    if (highest_arrival !== null || !may_have_shifted) return highest_arrival;
    const { items } = await this.#options.source.changesSince(this.#since());
    return highestArrival(items, this.#since(), highest_number);
  }

  /** Plans reads of items that are no longer listed, one chunk per step, and completes the import after the last chunk. */
  async #checkUnlisted(): Promise<void> {
    const listing = this.#completedListing();
    if (listing === null) throw new Error('an import has no repository');
    await this.#step(async (trx) => {
      const { counts, checked_link_id: afterId } = this.#state;
      const ids = await readUnlisted(trx, listing, { afterId, limit: UNLISTED_CHUNK });
      const found = { counts: { ...counts, missing: counts.missing + ids.length } };
      if (ids.length === UNLISTED_CHUNK) return { ...found, checked_link_id: ids.at(-1) ?? afterId };
      await this.#complete(trx, listing);
      return { ...found, phase: 'done' };
    });
  }

  async #complete(trx: Transaction, { repositoryId, walk }: CompletedListing): Promise<void> {
    const { integration } = this.#options;
    await keepListing(trx, this.#listing, walk);
    await dropImportPages(trx, this.#listing.job_id);
    await touchRepository(trx, repositoryId);
    const position = { integration_id: integration.id, repository_id: repositoryId, since: this.#since() };
    await watchFrom(trx, position, pauseOf(integration, { last_delivery_at: null }, Date.now()));
  }

  async #planChecks(): Promise<void> {
    const listing = this.#completedListing();
    await this.#step(async (trx) => {
      const { counts, would } = this.#state;
      const unlisted = listing && (await countUnlisted(trx, listing, MOST_PLANNED - would.length));
      await dropImportPages(trx, this.#listing.job_id);
      const checks = (unlisted?.first ?? []).map((item): PlannedChange => ({ action: 'check', ...item }));
      return { counts: { ...counts, missing: unlisted?.count ?? 0 }, would: [...would, ...checks], phase: 'done' };
    });
  }

  /**
   * Returns the import's last walk through the repository's list as a completed listing; null in a rehearsal of a repository that is not
   * stored, which has no tasks.
   */
  #completedListing(): CompletedListing | null {
    const { job_id: jobId, repository_id: repositoryId } = this.#listing;
    const { walk, started_at } = this.#state;
    return repositoryId === null ? null : { jobId, walk, repositoryId, startedAt: new Date(started_at) };
  }

  #since(): Date {
    return changesSince(this.#state, this.#options.integration);
  }

  /** Runs one step of the import in a transaction that also stores the resulting state as the job's checkpoint. */
  async #step(work: (trx: Transaction) => Promise<Partial<ImportState>>): Promise<void> {
    this.#state = await retriedTransaction(this.#deps.db, async (trx) => {
      const state = { ...this.#state, ...(await work(trx)) };
      await this.#options.context.checkpoint(state, trx);
      return state;
    });
  }

  async #tell(): Promise<void> {
    const { counts, pages, walk_pages, total_pages } = this.#state;
    const percent = Math.min(95, total_pages === null ? walk_pages : (walk_pages / total_pages) * 100);
    await this.#options.context.progress(percent, describeProgress(this.#state), { pages, ...counts });
  }
}
