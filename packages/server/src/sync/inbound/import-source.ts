import {
  type ExternalRepository,
  IntegrationError,
  type IssueTracker,
  type ListPage,
} from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { JobContext } from '../../jobs/handler.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { diagnoseFailure } from '../diagnose-failure.ts';
import { storeAccess } from '../repositories/store-access.ts';
import { retryWhileUnavailable } from '../retry-while-unavailable.ts';
import type { SyncIntegration } from './incoming-change.ts';

/** The repository of an import: as the provider described it when the job began or resumed (`found`), and as it is stored (`row`). */
export interface ImportedRepository {
  found: ExternalRepository;
  /** The stored row; undefined in a rehearsal of a repository that is not stored. */
  row: RepositoryRow | undefined;
}

/** Sends the requests of an import to the provider. */
export class ImportSource {
  readonly #deps: SyncDependencies;
  readonly #integration: SyncIntegration;
  readonly #repository: ImportedRepository;
  readonly #rehearsal: boolean;
  readonly #context: Pick<JobContext, 'signal' | 'failures'>;

  constructor(
    deps: SyncDependencies,
    integration: SyncIntegration,
    repository: ImportedRepository,
    { rehearsal, context }: { rehearsal: boolean; context: Pick<JobContext, 'signal' | 'failures'> },
  ) {
    this.#deps = deps;
    this.#integration = integration;
    this.#repository = repository;
    this.#rehearsal = rehearsal;
    this.#context = context;
  }

  firstUrl(): Promise<string> {
    return this.#call('list items', async (tracker) =>
      tracker.listUrl({ repository: this.#repository.found, order: 'created' }),
    );
  }

  list(url: string, etag: string | null): Promise<ListPage> {
    const options = { repository: this.#repository.found, order: 'created' as const, url };
    return this.#call('list items', (tracker, signal) =>
      tracker.listItems({ ...options, ...(etag === null ? {} : { etag }) }, signal),
    );
  }

  /** Returns the first page of the items that changed at or after this time. */
  changesSince(since: Date): Promise<ListPage> {
    const options = { repository: this.#repository.found, order: 'updated' as const, since: since.toISOString() };
    return this.#call('list changes', (tracker, signal) => tracker.listItems(options, signal));
  }

  /** Reads the repository by its name again. Throws if another repository has the name now. */
  async lookUpAgain(): Promise<void> {
    const { found } = this.#repository;
    const { externalId } = await this.#call('read repository', (tracker, signal) =>
      tracker.getRepository(found, signal),
    );
    requireSameRepository(found, externalId);
  }

  async #call<T>(operation: string, work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { host } = this.#deps;
    const { signal } = this.#context;
    try {
      return await retryWhileUnavailable(this.#context, 'import', () =>
        host.run(this.#integration.id, operation, (instance, inner) => work(trackerOf(instance), inner), { signal }),
      );
    } catch (error) {
      if (signal.aborted || !(error instanceof IntegrationError)) throw error;
      throw await this.#explain(error);
    }
  }

  /** Returns an error that says why a repository that was found before refuses now. Also stores that, so that its tasks show it. */
  async #explain(error: IntegrationError): Promise<IntegrationError> {
    if (error.class !== 'not_found' && error.class !== 'permission') return error;
    const { found, row } = this.#repository;
    const known = row ?? { ...found, external_id: found.externalId ?? null, handle: found.handle ?? null };
    const session = await this.#deps.host.session(this.#integration.id, { signal: this.#context.signal });
    const diagnosis = await diagnoseFailure(session, known, error, { writing: false });
    if (diagnosis.kind !== 'repository_refused' && diagnosis.kind !== 'repository_renamed') return error;
    if (row !== undefined && !this.#rehearsal)
      await retriedTransaction(this.#deps.db, (trx) => storeAccess(trx, this.#integration, row, diagnosis));
    if (diagnosis.kind === 'repository_refused') {
      const { class: errorClass, message, remedy } = diagnosis.refusal;
      return new IntegrationError(message, { class: errorClass, code: error.code, hint: remedy, cause: error });
    }
    const { owner, name } = diagnosis.repository;
    return new IntegrationError(`${found.owner}/${found.name} is called ${owner}/${name} now.`, {
      class: 'not_found',
      code: 'import.repository_renamed',
      hint: `Import ${owner}/${name}; what was imported stays.`,
      cause: error,
    });
  }
}

/** Throws if `seenId` is not the id of the requested repository: another repository has taken its name. */
export function requireSameRepository(
  { owner, name, externalId }: ExternalRepository,
  seenId: string | undefined,
): void {
  if (externalId === undefined || seenId === undefined || externalId === seenId) return;
  throw new IntegrationError(`${owner}/${name} is another repository now: it has another id.`, {
    class: 'not_found',
    code: 'import.repository_replaced',
    hint: `What was imported stays. Import ${owner}/${name} again to bring in the issues of the repository that has the name now.`,
  });
}
