import { UnusablePayloadError } from '@commandcenter/integration-kit';
import type { Actor } from '../../accounts/actor.ts';
import { recordAudit } from '../../accounts/audit-log-queries.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { ApiError, conflict, notFound } from '../../errors.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import type { Effect } from '../../sync/effect.ts';
import type { ApplyChanges } from '../../sync/inbound/incoming-change.ts';
import { faultOf, unusableReason } from './attempts.ts';
import { readDeliveryBodies } from './delivery-body-queries.ts';
import {
  type DeliveryOutcome,
  lockDelivery,
  type QueuedDelivery,
  saveDeliveryOutcomes,
} from './delivery-queue-queries.ts';
import { createIntegrationCache } from './integration-cache.ts';
import { processBatch } from './process-batch.ts';

export interface ReplayDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'open' | 'authorFailures'>;
  applyChanges: ApplyChanges;
  handlerTimeoutMs?: number;
}

export interface Replay {
  delivery_id: number;
  dry_run: boolean;
  status: DeliveryOutcome['status'];
  reason: string | null;
  effects: Effect[];
}

const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;

/** Thrown to roll back the transaction of a dry run. */
class DryRunOver extends Error {}

/**
 * Handles a stored delivery once more, at once. With `dryRun` everything is rolled back, and the result tells what would happen. Throws
 * ApiError: 404 if there is no such delivery, 409 if its status forbids a replay, 410 if its body is past retention.
 */
export async function replayDelivery(
  dependencies: ReplayDependencies,
  id: number,
  options: { dryRun: boolean; actor: Actor },
): Promise<Replay> {
  const { db } = dependencies;
  const { dryRun, actor } = options;
  let outcome: DeliveryOutcome | undefined;
  try {
    await db.transaction().execute(async (trx) => {
      const delivery = await lockDelivery(trx, id);
      if (delivery === undefined) throw notFound(`delivery ${id}`);
      await refuseUnreplayable(trx, delivery);
      outcome = await handleAlone(trx, delivery, dependencies);
      if (outcome.status === 'held') {
        throw conflict(
          'The integration is disabled. Enable it first: then what is held is worked off by itself.',
          'delivery.held',
        );
      }
      if (dryRun) throw new DryRunOver();
      const audited = { replayed: true, status: outcome.status };
      await recordAudit(trx, {
        projectId: delivery.project_id,
        actor,
        action: 'delivery.replay',
        object: `delivery:${id}`,
        details: audited,
      });
    });
  } catch (error) {
    if (!(error instanceof DryRunOver)) {
      if (error instanceof ApiError) throw error;
      outcome = await keepFailure(db, id, error, dryRun);
    }
  }
  if (outcome === undefined) throw new Error(`the replay of delivery ${id} has no outcome`);
  const { status, reason, effects } = outcome;
  return { delivery_id: id, dry_run: dryRun, status, reason, effects };
}

async function refuseUnreplayable(trx: Transaction, delivery: QueuedDelivery & { status: string }): Promise<void> {
  if (delivery.status === 'rejected') {
    throw conflict(
      'This attempt did not verify, so its body was not kept: there is nothing to replay.',
      'delivery.rejected',
    );
  }
  if ((await readDeliveryBodies(trx, [delivery])).length === 0) {
    throw new ApiError(
      410,
      'delivery.body_gone',
      'The body of this delivery is past RETENTION_DELIVERIES_DAYS and was dropped: it cannot be replayed.',
    );
  }
}

/** Handles one delivery in a batch of its own. A replay is a single attempt: if it fails, the delivery is `failed` and not queued again. */
async function handleAlone(
  trx: Transaction,
  delivery: QueuedDelivery,
  dependencies: ReplayDependencies,
): Promise<DeliveryOutcome> {
  const { host, applyChanges, handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS } = dependencies;
  const integrations = createIntegrationCache(host);
  const [outcome] = await processBatch(trx, [delivery], { integrations, applyChanges, handlerTimeoutMs });
  if (outcome === undefined) throw new Error(`delivery ${delivery.id} has no outcome`);
  if (outcome.status !== 'received') return outcome;
  const failed: DeliveryOutcome = { ...outcome, status: 'failed' };
  await saveDeliveryOutcomes(trx, [failed]);
  return failed;
}

/** Stores the reason of a failed replay, whose own transaction was rolled back. */
async function keepFailure(db: Database, id: number, error: unknown, dryRun: boolean): Promise<DeliveryOutcome> {
  const message = error instanceof UnusablePayloadError ? unusableReason(error) : faultOf(error).message.slice(0, 500);
  const nothing = { effects: [], action: null, repository: null, itemNumber: null, title: null, sender: null };
  const outcome: DeliveryOutcome = {
    ...nothing,
    id,
    status: 'failed',
    attempts: 1,
    reason: `The replay failed: ${message}`,
  };
  if (!dryRun) await saveDeliveryOutcomes(db, [outcome]);
  return outcome;
}
