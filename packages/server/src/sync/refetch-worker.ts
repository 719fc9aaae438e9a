import {
  type ExternalItem,
  IntegrationError,
  IntegrationRateLimitError,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import { findIntegration } from '../store/integrations.ts';
import { claimRefetch, finishRefetch, type LinkRow, nextRefetchInMs, postponeRefetch } from '../store/links.ts';
import { getRepository } from '../store/repositories.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import { applyRead, changeOfRead } from './apply-read.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';
import type { IncomingChange } from './incoming-change.ts';
import { startWorkerPool, type Worker } from './worker-pool.ts';

const LEASE_SECONDS = 200;
/** After these the newest payload has to do. */
const PAUSES_MS = [2000, 5000, 10_000];

/** Asks the other side where two snapshots of the same age differ, and where an item moved to. */
export function startRefetchWorker(deps: SyncDependencies, { concurrency = 4 }: { concurrency?: number } = {}): Worker {
  return startWorkerPool<LinkRow>({
    ...deps,
    name: 'refetch',
    channel: 'refetch',
    concurrency,
    claim: () => claimRefetch(deps.db, LEASE_SECONDS),
    nextInMs: () => nextRefetchInMs(deps.db),
    perform: (link, signal) => refetch(deps, link, signal),
  });
}

/** `link.refetch_at` is the end of this worker's lease: another time there means that somebody asked anew. */
async function refetch(deps: SyncDependencies, link: LinkRow, signal: AbortSignal): Promise<void> {
  const { db, applyChanges } = deps;
  const integration = await findIntegration(db, link.integration_id);
  const repository = link.repository_id === null ? undefined : await getRepository(db, link.repository_id);
  if (integration === undefined || repository === undefined || link.external_id === null || link.number === null) {
    return db.transaction().execute((trx) => finishRefetch(trx, link));
  }
  const ref = { repository, number: link.number, externalId: link.external_id };
  let change: IncomingChange['change'];
  try {
    const item = await deps.host.run(
      integration.id,
      'read item',
      (instance, inner) => trackerOf(instance).getItem(ref, inner),
      { signal },
    );
    change = changeOfRead(link.external_id, repository, item);
  } catch (error) {
    if (signal.aborted) return postponeRefetch(db, link, { delayMs: 0, attempts: link.refetch_attempts });
    if (!(error instanceof IntegrationError)) throw error;
    const pauseMs = pauseAfter(error, link.refetch_attempts);
    if (pauseMs !== null) {
      return postponeRefetch(db, link, { delayMs: pauseMs, attempts: link.refetch_attempts + 1 });
    }
    const unanswered = withoutAnswer(link.external_id, repository, link.candidate, error);
    if (unanswered === null) return db.transaction().execute((trx) => finishRefetch(trx, link));
    change = unanswered;
  }
  await retriedTransaction(db, async (trx) => {
    const effects = await applyRead(trx, applyChanges, { integration, change, source: { kind: 'refetch' } }, link.base);
    if (effects !== undefined) await finishRefetch(trx, link);
    else await postponeRefetch(trx, link, { delayMs: 0, attempts: link.refetch_attempts });
  });
}

/** The newest payload has to do; an item that moved out of sight, of which there is none, is gone. Null: nothing is known. */
function withoutAnswer(
  externalId: string,
  { owner, name }: RepositoryRef,
  candidate: ExternalItem | null,
  error: IntegrationError,
): IncomingChange['change'] | null {
  if (candidate !== null) return { kind: 'item', item: candidate };
  return error.class === 'not_found' ? { kind: 'item_deleted', externalId, repository: { owner, name } } : null;
}

/** Null: no answer is to be expected, so the payload has to do. */
function pauseAfter(error: IntegrationError, attempts: number): number | null {
  if (error instanceof IntegrationRateLimitError) return Math.max(error.retryAt.getTime() - Date.now(), 1000);
  if (error.class === 'not_found' || error.class === 'validation' || error.class === 'bug') return null;
  if (error instanceof IntegrationUnavailableError && error.reason !== 'circuit_open') return null;
  return PAUSES_MS[attempts] ?? null;
}
