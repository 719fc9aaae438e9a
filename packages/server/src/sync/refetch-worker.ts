import {
  type ExternalItem,
  IntegrationError,
  IntegrationRateLimitError,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import type { Database, Transaction } from '../store/database.ts';
import { findIntegration } from '../store/integrations.ts';
import {
  claimRefetch,
  findLink,
  finishRefetch,
  type LinkRow,
  nextRefetchInMs,
  postponeRefetch,
} from '../store/links.ts';
import { getRepository } from '../store/repositories.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import { applyRead, changeOfRead } from './apply-read.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';
import type { IncomingChange, SyncIntegration } from './incoming-change.ts';
import { startWorkerPool, type Worker } from './worker-pool.ts';

/** Where a read takes longer, another one beside it does no harm. */
const LEASE_SECONDS = 60;
const PAUSES_MS = [2000, 5000, 10_000, 20_000, 30_000];

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
  // The prober finds out when the other side is back: questions until then would count as further failures.
  if (integration.circuit !== 'closed') return askLater(deps, integration, link);
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
      if (error.class !== 'rate_limit') return askLater(deps, integration, link);
      return postponeRefetch(db, link, { delayMs: pauseMs, attempts: link.refetch_attempts + 1 });
    }
    const unanswered = withoutAnswer(link.external_id, repository, link.candidate, error);
    if (unanswered === null || (unanswered.kind === 'item' && (await isToBeSent(db, link)))) {
      return db.transaction().execute((trx) => finishRefetch(trx, link));
    }
    change = unanswered;
  }
  await retriedTransaction(db, async (trx) => {
    const effects = await applyRead(trx, applyChanges, { integration, change, source: { kind: 'refetch' } }, link.base);
    if (effects !== undefined) await finishRefetch(trx, link);
    else await postponeRefetch(trx, link, { delayMs: 0, attempts: link.refetch_attempts });
  });
}

/** While the other side is down the newest payload has to do; it is asked all the same, until it answers. */
async function askLater(
  { db, applyChanges }: SyncDependencies,
  integration: SyncIntegration,
  link: LinkRow,
): Promise<void> {
  const { candidate, refetch_attempts: attempts } = link;
  await retriedTransaction(db, async (trx) => {
    if (candidate !== null && !(await isToBeSent(trx, link))) {
      const payload = {
        integration,
        change: { kind: 'item' as const, item: candidate },
        source: { kind: 'refetch' as const },
      };
      // Kept all the same: taken in once more it changes nothing, and should the item be out of sight it is all there is.
      await applyRead(trx, applyChanges, payload, link.base);
    }
    await postponeRefetch(trx, link, { delayMs: pauseOf(attempts), attempts: attempts + 1 });
  });
}

/**
 * What has edits to send is read before they are: nothing has to be guessed from a payload that may be the older of the two, and that
 * would contradict an edit of the same second.
 */
async function isToBeSent(db: Database | Transaction, { id }: LinkRow): Promise<boolean> {
  return (await findLink(db, id))?.sync_state === 'pending';
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

/** Null: no answer is to be expected, so the payload has to do for good. */
function pauseAfter(error: IntegrationError, attempts: number): number | null {
  if (error instanceof IntegrationRateLimitError) return Math.max(error.retryAt.getTime() - Date.now(), 1000);
  if (['not_found', 'validation', 'permission', 'bug'].includes(error.class)) return null;
  if (error instanceof IntegrationUnavailableError && error.reason !== 'circuit_open') return null;
  return pauseOf(attempts);
}

const pauseOf = (attempts: number): number => PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] as number;
