import { randomUUID } from 'node:crypto';
import { isBlocked } from '../domain/integration-health.ts';
import type { Database } from '../store/database.ts';
import { resume } from '../store/integration-work.ts';
import { findIntegration } from '../store/integrations.ts';
import { claimIntent, type IntentRow, nextIntentInMs, renewLease } from '../store/outbox.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import type { SyncDependencies } from './dependencies.ts';
import { failIntent, handBackIntent } from './fail-intent.ts';
import { IntentFailure, performIntent } from './perform-intent.ts';
import { startWorkerPool, type Worker } from './worker-pool.ts';

export interface OutboxWorkerOptions {
  /** Integrations that are written to at a time. Default 8. */
  concurrency?: number;
  /** After this without a sign of life an intent is another worker's. Default 15. */
  leaseSeconds?: number;
}

const OWN_FAULT_PAUSE_MS = 2000;

interface LeasedIntent extends IntentRow {
  owner: string;
}

/** Sends what tasks have and the other side lacks: one write after another for each integration, several integrations at a time. */
export function startOutboxWorker(
  deps: SyncDependencies,
  { concurrency = 8, leaseSeconds = 15 }: OutboxWorkerOptions = {},
): Worker {
  const { db } = deps;
  const integrationsOf = (intents: readonly LeasedIntent[]): number[] =>
    intents.map(({ integration_id }) => integration_id);
  return startWorkerPool<LeasedIntent>({
    ...deps,
    name: 'outbox',
    channel: 'outbox',
    concurrency,
    async claim(running) {
      const owner = randomUUID();
      const intent = await claimIntent(db, { owner, leaseSeconds, busy: integrationsOf(running) });
      return intent && { ...intent, owner };
    },
    nextInMs: (running) => nextIntentInMs(db, integrationsOf(running)),
    perform: (intent, stopping) => workOff(deps, intent, leaseSeconds, stopping),
  });
}

async function workOff(
  deps: SyncDependencies,
  intent: LeasedIntent,
  leaseSeconds: number,
  stopping: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const { owner, link_id: link, integration_id: integration } = intent;
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    try {
      if (!(await renewLease(db, intent.id, owner, leaseSeconds))) lost.abort();
    } catch (error) {
      log.warn({ err: error, link }, 'the lease of a write could not be renewed');
    }
  };
  const heartbeat = setInterval(() => void renew(), (leaseSeconds * 1000) / 3);
  try {
    await performIntent(deps, intent, owner, AbortSignal.any([stopping, lost.signal]));
  } catch (thrown) {
    if (lost.signal.aborted) return;
    if (thrown instanceof IntentFailure && !stopping.aborted) {
      const { step, error } = thrown;
      log.info({ link, integration, step, class: error.class, reason: error.message }, 'a write was not done');
      if (error.class === 'bug') log.error({ err: error, link }, 'a write failed by a fault of the integration');
      const waits = await retriedTransaction(db, (trx) => failIntent(trx, intent, owner, { step, error }));
      if (waits) await resumeIfUnblocked(db, integration);
      return;
    }
    if (!stopping.aborted) log.error({ err: thrown, link }, 'a write could not be worked off; it is tried again');
    await db
      .transaction()
      .execute((trx) => handBackIntent(trx, intent, owner, stopping.aborted ? 0 : OWN_FAULT_PAUSE_MS));
  } finally {
    clearInterval(heartbeat);
  }
}

/** The integration may have come back between the failure and its being written down: then nobody else wakes what was put off. */
async function resumeIfUnblocked(db: Database, integrationId: number): Promise<void> {
  const integration = await findIntegration(db, integrationId);
  if (integration !== undefined && !isBlocked(integration)) await resume(db, integrationId);
}
