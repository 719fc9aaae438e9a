import type { ExternalRepository, IssueTracker, ListPage, RepositoryRef } from '@commandcenter/integration-kit';
import type { Effect } from '../../domain/effect.ts';
import type { JobContext } from '../../jobs/handler.ts';
import { findRepositoryByName, touchRepository } from '../../store/repositories.ts';
import { retriedTransaction } from '../../store/retried-transaction.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { identifyRepository } from '../identify-repository.ts';
import { retryWhileUnavailable } from '../retry-while-unavailable.ts';
import type { IncomingChange, SyncIntegration } from './incoming-change.ts';
import { findListingPage, forgetListingPage, saveListingPage } from './listing-page-queries.ts';
import { pauseOf } from './poll-repository.ts';
import { watchFrom, watchSince } from './repository-poll-queries.ts';

/** What an import found; also its checkpoint, with where to go on. */
export interface ImportState {
  /** RFC 3339: what changes from then on is the poller's. */
  started_at: string;
  /** The page to go on with; null at the beginning. */
  url: string | null;
  pages: number;
  /** Pages that had not changed since the last import. */
  unchanged_pages: number;
  seen: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Items whose task was deleted here. */
  deleted_here: number;
  /** What a dry run would create or update, at most the first hundred. */
  would: { action: 'create' | 'update'; number: number; title: string; url: string; fields?: string[] }[];
}

const MOST_LISTED = 100;
/** Their clock may be behind ours. */
const CLOCK_SLACK_MS = 60_000;

export const emptyImportState = (now: Date): ImportState => ({
  started_at: now.toISOString(),
  url: null,
  pages: 0,
  unchanged_pages: 0,
  seen: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted_here: 0,
  would: [],
});

const nameOf = ({ owner, name }: ExternalRepository) => ({ owner, name });

/** One import under way. */
export class ImportRun {
  readonly #deps: SyncDependencies;
  readonly #integration: SyncIntegration;
  readonly #requested: RepositoryRef;
  readonly #repository: ExternalRepository;
  readonly #state: ImportState;
  readonly #context: JobContext;

  constructor(
    deps: SyncDependencies,
    integration: SyncIntegration,
    { requested, found }: { requested: RepositoryRef; found: ExternalRepository },
    state: ImportState,
    context: JobContext,
  ) {
    this.#deps = deps;
    this.#integration = integration;
    this.#requested = requested;
    this.#repository = found;
    this.#state = state;
    this.#context = context;
  }

  /** Page by page: items, validator and checkpoint hold together, so that a worker's death repeats at most one page. */
  async carryOut(): Promise<void> {
    const { db, applyChanges } = this.#deps;
    const { id: integrationId } = this.#integration;
    const repositoryId = await db.transaction().execute(async (trx) => {
      const { project_id, host } = this.#integration;
      const asked = await findRepositoryByName(trx, project_id, host, this.#requested);
      const row = await identifyRepository(trx, this.#integration, asked, this.#repository);
      await watchSince(trx, integrationId, row.id, this.#startedAt());
      return row.id;
    });
    for (let url: string | null = this.#state.url ?? (await this.#firstUrl()); url !== null; ) {
      const current: string = url;
      const known = await findListingPage(db, integrationId, repositoryId, current);
      const page = await this.#list(current, known?.etag);
      const next = page.notModified ? (known?.next_url ?? null) : page.nextUrl;
      const effects = await retriedTransaction(db, async (trx) => {
        const applied = await applyChanges(trx, this.#changes(page));
        if (!page.notModified) {
          // The last page grows, and where it is full nothing but asking in full tells that another one follows.
          if (page.etag !== null && next !== null)
            await saveListingPage(trx, integrationId, repositoryId, { url: current, etag: page.etag, next_url: next });
          else await forgetListingPage(trx, integrationId, repositoryId, current);
        }
        if (next === null) {
          await touchRepository(trx, repositoryId);
          const position = { integration_id: integrationId, repository_id: repositoryId, since: this.#startedAt() };
          await watchFrom(trx, position, pauseOf(this.#integration, { last_delivery_at: null }, Date.now()));
        }
        return applied;
      });
      this.#count(page, effects);
      await this.#tell(page, next);
      url = next;
    }
  }

  /** The same comparison, each page in a transaction that is taken back. */
  async rehearse(): Promise<void> {
    const { db, applyChanges } = this.#deps;
    for (let url: string | null = this.#state.url ?? (await this.#firstUrl()); url !== null; ) {
      const page: ListPage = await this.#list(url);
      const trx = await db.startTransaction().execute();
      try {
        const effects = await applyChanges(trx, this.#changes(page));
        this.#count(page, effects);
        this.#listWould(page, effects);
      } finally {
        await trx.rollback().execute();
      }
      await this.#tell(page, page.nextUrl);
      url = page.nextUrl;
    }
  }

  /** The poller reads the changes after this time. */
  #startedAt(): Date {
    return new Date(Date.parse(this.#state.started_at) + this.#integration.clock_offset_ms - CLOCK_SLACK_MS);
  }

  #firstUrl(): Promise<string> {
    return this.#call(async (tracker) => tracker.listUrl({ repository: this.#repository, order: 'created' }));
  }

  #list(url: string, etag?: string): Promise<ListPage> {
    const options = {
      repository: this.#repository,
      order: 'created' as const,
      url,
      ...(etag === undefined ? {} : { etag }),
    };
    return this.#call((tracker, signal) => tracker.listItems(options, signal));
  }

  #call<T>(work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#context;
    return retryWhileUnavailable(this.#context, 'import', () =>
      this.#deps.host.run(this.#integration.id, 'list items', (instance, inner) => work(trackerOf(instance), inner), {
        signal,
      }),
    );
  }

  #changes(page: ListPage): IncomingChange[] {
    return page.items.map((item) => ({
      integration: this.#integration,
      // The list names its repository by name alone; the id was read when the import began.
      change: { kind: 'item', item: { ...item, repository: { ...this.#repository, ...nameOf(item.repository) } } },
      source: { kind: 'import' },
    }));
  }

  #count(page: ListPage, effects: Effect[][]): void {
    const state = this.#state;
    state.pages += 1;
    if (page.notModified) state.unchanged_pages += 1;
    state.seen += page.items.length;
    for (const [effect] of effects) {
      if (effect?.kind === 'task_created') state.created += 1;
      else if (effect?.kind === 'task_updated') state.updated += 1;
      else if (effect?.kind === 'tombstone') state.deleted_here += 1;
      else state.unchanged += 1;
    }
  }

  #listWould(page: ListPage, effects: Effect[][]): void {
    page.items.forEach(({ number, title = `#${number}`, url }, index) => {
      const [effect] = effects[index] ?? [];
      if (this.#state.would.length === MOST_LISTED) return;
      if (effect?.kind === 'task_created') this.#state.would.push({ action: 'create', number, title, url });
      if (effect?.kind === 'task_updated')
        this.#state.would.push({ action: 'update', number, title, url, fields: effect.fields ?? [] });
    });
  }

  async #tell(page: ListPage, next: string | null): Promise<void> {
    const state = this.#state;
    state.url = next;
    const { pages, seen, created, updated } = state;
    const percent = next === null ? 100 : page.pages === null ? Math.min(95, pages) : (pages / page.pages) * 100;
    if (next !== null) await this.#context.checkpoint(state);
    await this.#context.progress(percent, `Compared ${seen} items on ${pages} pages`, {
      pages,
      seen,
      created,
      updated,
    });
  }
}
