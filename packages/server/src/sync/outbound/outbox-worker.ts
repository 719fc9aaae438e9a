import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { isBlocked } from '../../integrations/health/integration-health.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import { resume } from '../../integrations/integration-work-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { refuseRepository } from '../repositories/repository-access.ts';
import { slotsFor, startWorkerPool, type Worker } from '../worker-pool.ts';
import { applyFailure, handBackIntent, hasMovedSince, hasNowhereToGo } from './apply-failure.ts';
import { IntentFailure } from './intent-failure.ts';
import {
  type ClaimedIntent,
  claimIntent,
  findIntentTarget,
  IntentLeaseLostError,
  nextIntentInMs,
  renewLease,
} from './outbox-queries.ts';
import { sendIntent } from './send-intent.ts';

export interface OutboxWorkerOptions {
  /** Number of integrations that are written to at a time, not counting those with a slow host. Default 8. */
  concurrency?: number;
  /** Seconds after which an intent may be claimed by another worker if its own shows no sign of life. Default 15. */
  leaseSeconds?: number;
}

const OWN_FAULT_PAUSE_MS = 2000;

/** Starts the worker that sends tasks' pending changes: one write after another per integration, several integrations at a time. */
export function startOutboxWorker(
  deps: SyncDependencies,
  { concurrency = 8, leaseSeconds = 15 }: OutboxWorkerOptions = {},
): Worker {
  const { db } = deps;
  return startWorkerPool<ClaimedIntent>({
    ...deps,
    name: 'outbox',
    channel: 'outbox',
    limits: slotsFor(concurrency),
    laneOf: ({ integration_id }) => integration_id,
    laneLimit: 1,
    claim: (except) => claimIntent(db, { owner: randomUUID(), leaseSeconds, except }),
    nextInMs: (except) => nextIntentInMs(db, except),
    perform: (intent, stopping) => workOff(deps, intent, leaseSeconds, stopping),
  });
}

/** Sends one claimed intent, renewing its lease meanwhile, and stores the failure if it fails. */
export async function workOff(
  deps: SyncDependencies,
  intent: ClaimedIntent,
  leaseSeconds: number,
  stopping: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    try {
      if (!(await renewLease(db, intent, leaseSeconds))) lost.abort();
    } catch (error) {
      log.warn({ err: error, link: intent.link_id }, 'the lease of a write could not be renewed');
    }
  };
  const heartbeat = setInterval(() => void renew(), (leaseSeconds * 1000) / 3);
  try {
    await sendAndStore(deps, intent, stopping, lost.signal);
  } catch (error) {
    if (!(error instanceof IntentLeaseLostError)) throw error;
    const { link_id: link, integration_id: integration } = intent;
    log.warn(
      { link, integration, leaseSeconds },
      'the lease of a write was lost, so its outcome was not stored: the worker that has it now reads the item before it writes, and looks for one that may have been created',
    );
  } finally {
    clearInterval(heartbeat);
  }
}

/** Throws IntentLeaseLostError, with nothing stored, when another worker has the intent. */
async function sendAndStore(
  deps: SyncDependencies,
  intent: ClaimedIntent,
  stopping: AbortSignal,
  lost: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const { link_id: link, integration_id: integration } = intent;
  try {
    await sendIntent(deps, intent, AbortSignal.any([stopping, lost]));
  } catch (thrown) {
    if (lost.aborted || thrown instanceof IntentLeaseLostError)
      throw new IntentLeaseLostError(`another worker has intent ${intent.id}`, { cause: thrown });
    if (thrown instanceof IntentFailure && !stopping.aborted) {
      const { step, diagnosis, asked } = thrown;
      const { class: errorClass, message } =
        diagnosis.kind === 'repository_refused' ? diagnosis.refusal : diagnosis.error;
      log.info({ link, integration, step, class: errorClass, reason: message }, 'write not sent');
      if (errorClass === 'bug') log.error({ err: thrown, link }, 'write failed because of a defect of the integration');
      if (diagnosis.kind === 'repository_refused') await storeRefusal(db, intent, diagnosis, asked);
      const waits = await retriedTransaction(db, (trx) => applyFailure(trx, intent, { step, diagnosis, asked }));
      if (waits) await resumeIfUnblocked(db, integration);
      return;
    }
    if (!stopping.aborted) log.error({ err: thrown, link }, 'a write could not be worked off; it is tried again');
    await retriedTransaction(db, (trx) => handBackIntent(trx, intent, stopping.aborted ? 0 : OWN_FAULT_PAUSE_MS));
  }
}

/**
 * Stores the refusal of a repository, before the failure of the intent is stored: should the process die in between, the next worker
 * finds the refusal and parks the intent.
 */
async function storeRefusal(
  db: Database,
  intent: ClaimedIntent,
  diagnosis: Extract<IntentFailure['diagnosis'], { kind: 'repository_refused' }>,
  asked: IntentFailure['asked'],
): Promise<void> {
  const target = await findIntentTarget(db, intent.link_id);
  if (target === undefined || target.repository === null || hasNowhereToGo(target, diagnosis)) return;
  const { repository, external_id } = target;
  if (hasMovedSince(asked, { external_id, repository_id: repository.id })) return;
  await retriedTransaction(db, (trx) => refuseRepository(trx, repository, diagnosis.refusal));
}

/**
 * Resumes the integration's work if it is not blocked. It may have come back before the failure was stored, and then nobody else makes
 * the postponed intent due.
 */
async function resumeIfUnblocked(db: Database, integrationId: number): Promise<void> {
  const integration = await findIntegration(db, integrationId);
  if (integration !== undefined && !isBlocked(integration)) await resume(db, integrationId);
}
