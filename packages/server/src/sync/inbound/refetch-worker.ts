import type { ExternalItem } from '@commandcenter/integration-kit';
import { IntegrationError } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { retryAfter } from '../../integrations/health/retry-policy.ts';
import { failureOf } from '../../integrations/health/work-failure.ts';
import { findIntegration, type IntegrationRow } from '../../integrations/integration-queries.ts';
import { getRepository, type RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { saveRepository } from '../../integrations/repositories/save-repository-queries.ts';
import { databaseTime, lockTasks } from '../../tasks/task-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { LinkBatch } from '../link/link-batch.ts';
import { type LinkRow, lockLinks } from '../link/link-queries.ts';
import { problemOf } from '../outbound/apply-failure.ts';
import { isDoubtful } from '../outbound/merge-read.ts';
import { type ReadOutcome, readItem } from '../read-item.ts';
import { unanswered } from '../reconcile/write.ts';
import { claimRefetch, finishRefetch, nextRefetchInMs, postponeRefetch } from '../refetch-queries.ts';
import { refuseRepository } from '../repositories/repository-access.ts';
import { factsSeenNow } from '../repositories/repository-facts.ts';
import { slotsFor, startWorkerPool, type Worker } from '../worker-pool.ts';
import { actorOf } from './incoming-change.ts';
import { mergeCandidate, mergeSnapshot } from './merge-snapshot.ts';

/** Seconds after which another worker may repeat a read. Two reads of an item at the same time do no harm. */
const LEASE_SECONDS = 60;
/** The most reads of one integration that run at a time in this process. */
const LANE_LIMIT = 4;
/** Milliseconds to the next read if the integration is suspended or the repository refuses. Their return makes reads due at once. */
const SUSPENDED_PAUSE_MS = 600_000;

/** Starts the worker that reads items: after two different snapshots of one version, an incomplete snapshot, or a move. */
export function startRefetchWorker(deps: SyncDependencies, { concurrency = 8 }: { concurrency?: number } = {}): Worker {
  return startWorkerPool<LinkRow>({
    ...deps,
    name: 'refetch',
    channel: 'refetch',
    limits: slotsFor(concurrency),
    laneOf: ({ integration_id }) => integration_id,
    laneLimit: LANE_LIMIT,
    claim: (except) => claimRefetch(deps.db, LEASE_SECONDS, except),
    nextInMs: (except) => nextRefetchInMs(deps.db, except),
    perform: (link, signal) => refetch(deps, link, signal),
  });
}

/**
 * Reads the item of one claimed link and applies the result. `link.refetch_at` is the end of this worker's lease: another time in the row
 * means that another read was requested meanwhile.
 */
export async function refetch(deps: SyncDependencies, link: LinkRow, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const integration = await findIntegration(db, link.integration_id);
  const repository = link.repository_id === null ? undefined : await getRepository(db, link.repository_id);
  const { external_id, number } = link;
  if (integration === undefined || repository === undefined || external_id === null || number === null)
    return db.transaction().execute((trx) => finishRefetch(trx, link));
  let outcome: ReadOutcome;
  try {
    const session = await deps.host.session(integration.id, { signal });
    outcome = await readItem(session, { repository, number, external_id });
  } catch (error) {
    if (signal.aborted) return postponeRefetch(db, link, { delayMs: 0, attempts: link.refetch_attempts });
    if (!(error instanceof IntegrationError)) throw error;
    outcome = { kind: 'other', error };
  }
  if (signal.aborted) return postponeRefetch(db, link, { delayMs: 0, attempts: link.refetch_attempts });
  await retriedTransaction(db, (trx) => applyOutcome(trx, deps, { link, integration, repository, outcome }));
}

interface Read {
  /** The link as it was when this worker claimed it. */
  link: LinkRow;
  integration: IntegrationRow;
  repository: RepositoryRow;
  outcome: ReadOutcome;
}

async function applyOutcome(
  trx: Transaction,
  { applyChanges }: SyncDependencies,
  { link: claimed, integration, repository, outcome }: Read,
): Promise<void> {
  const again = (attempts = claimed.refetch_attempts) => postponeRefetch(trx, claimed, { delayMs: 0, attempts });
  switch (outcome.kind) {
    case 'repository_renamed':
      await saveRepository(trx, factsSeenNow(integration, outcome.repository, await databaseTime(trx)));
      return again();
    case 'repository_refused':
      await refuseRepository(trx, repository, outcome.refusal);
      // When the repository works again, `readNow` makes the postponed read of the item due.
      return postponeRefetch(trx, claimed, { delayMs: SUSPENDED_PAUSE_MS, attempts: claimed.refetch_attempts });
    case 'moved': {
      const { owner, name, external_id } = repository;
      const place = { owner, name, ...(external_id === null ? {} : { externalId: external_id }) };
      const externalId = claimed.external_id as string;
      const change = { kind: 'item_transferred' as const, externalId, repository: place, to: outcome.item };
      await applyChanges(trx, [{ integration, change, source: { kind: 'read' } }]);
      return finishRefetch(trx, claimed);
    }
    case 'item':
      if (outcome.renamed !== null)
        await saveRepository(trx, factsSeenNow(integration, outcome.renamed, await databaseTime(trx)));
      return mergeItem(trx, claimed, integration, outcome.item, again);
    case 'item_gone':
      if (!(await markGone(trx, claimed, integration, outcome))) return again();
      return finishRefetch(trx, claimed);
    default:
      return postpone(trx, claimed, integration, outcome.error);
  }
}

async function mergeItem(
  trx: Transaction,
  claimed: LinkRow,
  integration: IntegrationRow,
  item: ExternalItem,
  again: () => Promise<void>,
): Promise<void> {
  const opened = await openLink(trx, claimed);
  if (opened === undefined) return;
  const { batch, link } = opened;
  if (link.external_id !== item.externalId || isDoubtful(link, item, claimed.base)) return again();
  const repositoryId = link.repository_id as number;
  mergeSnapshot(batch, link, { integration, source: { kind: 'read' }, item, repositoryId });
  finish(link, claimed);
  batch.linkChanged(link);
  await batch.write(trx);
}

/** Ends the planned read of a link's item, unless another read was requested meanwhile. */
function finish(link: LinkRow, claimed: LinkRow): void {
  if (link.refetch_at?.getTime() === claimed.refetch_at?.getTime())
    Object.assign(link, { refetch_at: null, refetch_attempts: 0 });
}

/**
 * Marks the link as deleted, because its item is gone. Returns false if the link has moved to another identity or repository meanwhile,
 * about which this read says nothing.
 */
async function markGone(
  trx: Transaction,
  claimed: LinkRow,
  integration: IntegrationRow,
  { certain, error }: Extract<ReadOutcome, { kind: 'item_gone' }>,
): Promise<boolean> {
  const opened = await openLink(trx, claimed);
  if (opened === undefined) return true;
  const { batch, link } = opened;
  if (link.external_id !== claimed.external_id || link.repository_id !== claimed.repository_id) return false;
  const task = batch.taskOf(link);
  // The candidate (a snapshot that no read has confirmed) can no longer be verified by a read, and is the last known state of the item.
  if (task !== undefined) mergeCandidate(batch, link, { integration, source: { kind: 'read' } });
  if (task !== undefined) {
    const detail = certain ? 'The item was deleted there.' : 'The item is not there any more, or not visible here.';
    const provenance = { actor: actorOf(integration), origin: { kind: 'read' as const, by: null, link_id: link.id } };
    batch.record(task, [{ field: 'link', from: link.url, to: null, detail }], provenance);
  }
  batch.apply(link, { type: 'item_deleted', problem: certain ? null : { ...problemOf(error), class: 'not_found' } });
  await batch.write(trx);
  return true;
}

/**
 * Plans the next read of an item after a failed one, or gives up. Until a read succeeds, the candidate (the newest snapshot, not
 * confirmed by a read) is merged instead.
 */
async function postpone(
  trx: Transaction,
  claimed: LinkRow,
  integration: IntegrationRow,
  error: IntegrationError,
): Promise<void> {
  const decision = retryAfter(
    failureOf(error),
    'read',
    claimed.refetch_attempts,
    await databaseTime(trx),
    Math.random(),
  );
  const opened = await openLink(trx, claimed);
  if (opened === undefined) return;
  const { batch, link } = opened;
  const { candidate } = link;
  // The candidate (a snapshot that no read has confirmed) is not merged if a read will come before anything is sent, which is so for a
  // link with pending changes, or if a write has no response yet: the candidate may be older than that write.
  const isWritten = decision.kind !== 'give_up' && unanswered(link.writes).length > 0;
  const isRead = link.sync_state === 'pending' || isWritten;
  if (candidate !== null && !isRead && error.class !== 'rate_limit') {
    mergeCandidate(batch, link, { integration, source: { kind: 'read' } });
    // The merged candidate is also kept for a later read: merging it again changes nothing, and if the item cannot be seen any more,
    // nothing else is known of it.
    if (decision.kind !== 'give_up') link.candidate = candidate;
  }
  if (decision.kind === 'give_up') finish(link, claimed);
  batch.linkChanged(link);
  await batch.write(trx);
  if (decision.kind === 'give_up') return;
  const attempts = claimed.refetch_attempts + (decision.kind === 'retry' && decision.counts ? 1 : 0);
  const delayMs = decision.kind === 'retry' ? decision.delayMs : SUSPENDED_PAUSE_MS;
  await postponeRefetch(trx, claimed, { delayMs, attempts });
}

async function openLink(trx: Transaction, claimed: LinkRow): Promise<{ batch: LinkBatch; link: LinkRow } | undefined> {
  const tasks = await lockTasks(trx, claimed.task_id === null ? [] : [claimed.task_id]);
  const [link] = await lockLinks(trx, [claimed.id]);
  return link && { link, batch: new LinkBatch(await databaseTime(trx), { tasks, links: [link] }) };
}
