import { setTimeout as sleep } from 'node:timers/promises';
import { type ExternalItem, IntegrationError, type IssueTracker } from '@commandcenter/integration-kit';
import { findIntegration, storeAccount } from '../store/integrations.ts';
import { findLink } from '../store/links.ts';
import { type IntentRow, recordSent } from '../store/outbox.ts';
import { getRepository } from '../store/repositories.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import { acceptAnswer } from './accept-answer.ts';
import { applyRead, changeOfRead } from './apply-read.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';
import { type IntentPlan, lockIntent, planIntent } from './intent-plan.ts';

/** Between two looks for an item whose create was not answered: lists there may lag behind writes. */
const LOOK_AGAIN_MS = 2000;
/** Their clock may be behind ours by that much. */
const CLOCK_SLACK_MS = 5 * 60_000;
/** Snapshots that keep coming in while we ask which one holds. */
const MOST_READS = 4;

/** The other side, or the way to it, failed. `step` is what was being done. */
export class IntentFailure extends Error {
  readonly step: IntentPlan['kind'];
  readonly error: IntegrationError;

  constructor(step: IntentPlan['kind'], error: IntegrationError) {
    super(`${step} failed`, { cause: error });
    this.step = step;
    this.error = error;
  }
}

/** Makes the other side equal to the task, once. Throws `IntentFailure`; anything else is no failure of the other side. */
export async function performIntent(
  deps: SyncDependencies,
  intent: IntentRow,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  if (intent.kind === 'create') await learnAccount(deps, intent.integration_id, signal);
  await readBefore(deps, intent, signal);
  for (;;) {
    const plan = await retriedTransaction(deps.db, (trx) => planIntent(trx, intent, owner, deps.markers));
    if (plan.kind === 'nothing') return;
    const answer = await carryOut(deps, intent, plan, signal);
    if (answer !== null) return await accept(deps, intent, owner, plan, answer, signal);
    // Looked for twice and not there: it was never made.
    await retriedTransaction(deps.db, async (trx) => {
      const locked = await lockIntent(trx, intent, owner);
      if (locked !== undefined) await recordSent(trx, locked.intent.id, [], false);
    });
  }
}

/** One operation at the other side, as part of a step. */
async function callOut<T>(
  { host }: SyncDependencies,
  integrationId: number,
  step: IntentPlan['kind'],
  operation: string,
  signal: AbortSignal,
  work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await host.run(integrationId, operation, (instance, inner) => work(trackerOf(instance), inner), { signal });
  } catch (error) {
    if (error instanceof IntegrationError) throw new IntentFailure(step, error);
    throw error;
  }
}

type Plan = Exclude<IntentPlan, { kind: 'nothing' }>;

/** Answers the item as it then is; null when an item that may have been made was not. */
async function carryOut(
  deps: SyncDependencies,
  intent: IntentRow,
  plan: Plan,
  signal: AbortSignal,
): Promise<ExternalItem | null> {
  const run = <T>(operation: string, work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>): Promise<T> =>
    callOut(deps, intent.integration_id, plan.kind, operation, signal, work);
  switch (plan.kind) {
    case 'create':
      return run('create item', (tracker, inner) => tracker.createItem(plan.repository, plan.draft, inner));
    case 'update':
      return run('update item', (tracker, inner) => tracker.updateItem(plan.ref, plan.patch, inner));
    case 'recover': {
      const since = new Date(plan.sentAt.getTime() - CLOCK_SLACK_MS).toISOString();
      const look = async (): Promise<ExternalItem | null> => {
        const items = await run('find created item', (tracker, inner) =>
          tracker.listOwnItems(plan.repository, since, inner),
        );
        const isIt = ({ marker }: ExternalItem): boolean =>
          marker !== undefined && marker.id === plan.marker && deps.markers.isOurs(marker, plan.repositoryId);
        return items.find(isIt) ?? null;
      };
      const found = await look();
      if (found !== null) return found;
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
      return look();
    }
  }
}

/**
 * What the item is now is merged before anything is written to it: an edit there whose webhook is late or lost would otherwise be
 * overwritten unseen, newer or not.
 */
async function readBefore(deps: SyncDependencies, intent: IntentRow, signal: AbortSignal): Promise<void> {
  const { db, applyChanges } = deps;
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const link = await findLink(db, intent.link_id);
    if (link === undefined || link.external_id === null || link.number === null || link.repository_id === null) return;
    const { external_id: externalId, number, base } = link;
    const integration = await findIntegration(db, intent.integration_id);
    const repository = await getRepository(db, link.repository_id);
    if (integration === undefined || repository === undefined) return;
    const item = await callOut(deps, intent.integration_id, 'update', 'read item', signal, (tracker, inner) =>
      tracker.getItem({ repository, number, externalId }, inner),
    );
    const change = changeOfRead(externalId, repository, item);
    const effects = await retriedTransaction(db, (trx) =>
      applyRead(trx, applyChanges, { integration, change, source: { kind: 'refetch' } }, base),
    );
    if (effects !== undefined) return;
  }
}

/** Takes the answer in. Where another snapshot of the same age came in meanwhile, the item is read until it is clear which one holds. */
async function accept(
  deps: SyncDependencies,
  intent: IntentRow,
  owner: string,
  plan: Plan,
  answer: ExternalItem,
  signal: AbortSignal,
): Promise<void> {
  const integration = await findIntegration(deps.db, intent.integration_id);
  if (integration === undefined) return;
  let item = answer;
  let base = plan.kind === 'update' ? plan.base : null;
  for (let reads = 0; ; reads += 1) {
    const current = item;
    const known = base;
    const outcome = await retriedTransaction(deps.db, (trx) =>
      acceptAnswer(trx, deps, {
        intent,
        owner,
        integration,
        item: current,
        sent: plan.sent,
        known,
        final: reads === MOST_READS,
      }),
    );
    if (outcome.accepted) return;
    base = outcome.base;
    const ref = { repository: item.repository, number: item.number, externalId: item.externalId };
    // The write is done: should the read fail, a create is to be looked for, not sent again.
    const step = plan.kind === 'create' ? 'recover' : plan.kind;
    item = await callOut(deps, intent.integration_id, step, 'read item', signal, (tracker, inner) =>
      tracker.getItem(ref, inner),
    );
  }
}

/** A create's `opened` event is known by its author, so that has to be known before. */
async function learnAccount(deps: SyncDependencies, integrationId: number, signal: AbortSignal): Promise<void> {
  const integration = await findIntegration(deps.db, integrationId);
  if (integration === undefined || integration.account !== null) return;
  const account = await callOut(deps, integrationId, 'nothing', 'learn account', signal, (tracker, inner) =>
    tracker.getAccount(inner),
  );
  if (account !== null) await storeAccount(deps.db, integrationId, account);
}
