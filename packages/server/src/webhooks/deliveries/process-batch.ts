import { setImmediate } from 'node:timers/promises';
import type { Transaction } from '../../database/database.ts';
import type { Effect } from '../../sync/effect.ts';
import type { ApplyChanges, IncomingChange } from '../../sync/inbound/incoming-change.ts';
import { attemptFailed } from './attempts.ts';
import { readDeliveryBodies } from './delivery-body-queries.ts';
import { type DeliveryOutcome, type QueuedDelivery, saveDeliveryOutcomes } from './delivery-queue-queries.ts';
import { effectsInWords } from './effects-in-words.ts';
import { type Handled, handleDelivery } from './handle-delivery.ts';
import type { IntegrationCache } from './integration-cache.ts';
import { createPayloadReader } from './read-payload.ts';

export interface ProcessDependencies {
  integrations: IntegrationCache;
  applyChanges: ApplyChanges;
  /** Time limit of an integration's `handleWebhook`, in milliseconds. */
  handlerTimeoutMs: number;
}

/** Milliseconds of work after which other tasks of the event loop get a turn. */
const SLICE_MS = 4;

/** A delivery and the result of its integration's handler. */
export interface HandledDelivery {
  delivery: QueuedDelivery;
  handled: Handled;
}

/**
 * Processes deliveries in one transaction: calls the handler for each, applies all changes together and stores all outcomes together. A
 * failed handler concerns its delivery alone; an error of the database is thrown.
 */
export async function processBatch(
  trx: Transaction,
  deliveries: readonly QueuedDelivery[],
  dependencies: ProcessDependencies,
): Promise<DeliveryOutcome[]> {
  return await applyHandled(trx, await handleDeliveries(trx, deliveries, dependencies), dependencies.applyChanges);
}

/**
 * Calls the integrations' handlers for their deliveries. Calls with the same integration cache must not overlap, because an open
 * integration collects the changes of one delivery at a time.
 */
export async function handleDeliveries(
  trx: Transaction,
  deliveries: readonly QueuedDelivery[],
  { integrations, handlerTimeoutMs }: Pick<ProcessDependencies, 'integrations' | 'handlerTimeoutMs'>,
): Promise<HandledDelivery[]> {
  if (deliveries.length === 0) return [];
  const rows = await integrations.rows(
    trx,
    deliveries.flatMap(({ integration_id }) => integration_id ?? []),
  );
  const readPayload = createPayloadReader(await readDeliveryBodies(trx, deliveries), deliveries);
  const done: HandledDelivery[] = [];
  let sliceStart = performance.now();
  for (const delivery of deliveries) {
    const row = rows.get(delivery.integration_id ?? 0);
    const { open, authorFailures } = integrations;
    const handled = await handleDelivery(delivery, { row, readPayload, open, authorFailures, handlerTimeoutMs });
    done.push({ delivery, handled });
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await setImmediate();
    sliceStart = performance.now();
  }
  return done;
}

/** Applies the changes of handled deliveries together, and stores the outcome of each delivery. */
export async function applyHandled(
  trx: Transaction,
  deliveries: readonly HandledDelivery[],
  applyChanges: ApplyChanges,
): Promise<DeliveryOutcome[]> {
  const batch: IncomingChange[] = [];
  const owners: number[] = [];
  deliveries.forEach(({ delivery, handled }, place) => {
    if (handled.kind !== 'changes') return;
    const { sender } = handled.summary;
    const person = sender === null ? {} : { by: sender };
    const source = { kind: 'webhook', deliveryId: delivery.id, ...person } as const;
    for (const change of handled.changes) {
      batch.push({ integration: handled.integration, change, source });
      owners.push(place);
    }
  });
  const effects: Effect[][] = deliveries.map(() => []);
  if (batch.length > 0) {
    const applied = await applyChanges(trx, batch);
    for (const [index, some] of applied.entries()) effects[owners[index] ?? 0]?.push(...some);
  }

  const outcomes = deliveries.map((handled, place) => outcomeOf(handled, effects[place] ?? []));
  await saveDeliveryOutcomes(trx, outcomes);
  return outcomes;
}

function outcomeOf({ delivery: { id, attempts }, handled }: HandledDelivery, effects: Effect[]): DeliveryOutcome {
  const done = { id, attempts: attempts + 1, effects, ...handled.summary };
  switch (handled.kind) {
    case 'changes':
      return { ...done, status: 'processed', reason: effectsInWords(effects, handled.reason) };
    case 'ignored':
      return { ...done, status: 'ignored', reason: handled.reason };
    case 'held':
      return { ...done, status: 'held', attempts, reason: handled.reason };
    case 'unusable':
      return { ...done, status: 'failed', reason: handled.reason };
    case 'error':
      return { ...done, ...attemptFailed(attempts, handled.error) };
  }
}
