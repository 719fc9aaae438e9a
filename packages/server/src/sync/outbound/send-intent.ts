import {
  type ExternalItem,
  type ExternalRepository,
  IntegrationError,
  type IssueTracker,
} from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import type { IntegrationSession } from '../../integrations/host.ts';
import { findIntegration, storeAccount } from '../../integrations/integration-queries.ts';
import { saveRepository } from '../../integrations/repositories/save-repository-queries.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { checkRepository, diagnoseFailure, type KnownRepository } from '../diagnose-failure.ts';
import { LinkBatch } from '../link/link-batch.ts';
import { readItem } from '../read-item.ts';
import { factsSeenNow } from '../repositories/repository-facts.ts';
import { handBackIntent } from './apply-failure.ts';
import { applyResponse } from './apply-response.ts';
import { IntentFailure } from './intent-failure.ts';
import { mergeRead, moveToNewPlace, saveNewName } from './merge-read.ts';
import { type ClaimedIntent, findIntentTarget, lockIntent, recordCreate } from './outbox-queries.ts';
import { planWrite, type WritePlan } from './plan-write.ts';

/**
 * Milliseconds after its create was sent at which an item that is not listed certainly does not exist. Before that the create may still
 * be under way, even if its sender died: GitHub works on a request for up to ten seconds
 * (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts), and its list may be a moment late.
 */
const SETTLED_AFTER_MS = 12_000;
/** Milliseconds by which the provider's clock may be behind ours, when a created item is looked for. */
const CLOCK_SLACK_MS = 5 * 60_000;
/** Most reads of an item for one attempt, because events may keep arriving while it is read. */
const MOST_READS = 4;

/**
 * Makes one attempt to send an intent: reads the item, merges it and plans the write in one transaction, sends the write, and merges the
 * response in a second transaction. Throws `IntentFailure` if the provider fails; any other error is our own.
 */
export async function sendIntent(deps: SyncDependencies, intent: ClaimedIntent, signal: AbortSignal): Promise<void> {
  const session = await openSession(deps, intent, signal);
  for (let reads = 1; ; reads += 1) {
    const plan = await readAndPlan(deps, session, intent, reads);
    if (plan === 'again') continue;
    if (plan.kind === 'nothing') return;
    const item = await carryOut(deps, session, plan);
    if (item !== null) return await applyResponse(deps, intent, plan, item);
    const settlesInMs = plan.kind === 'recover' ? SETTLED_AFTER_MS - plan.sentMsAgo : 0;
    if (settlesInMs > 0) return await retriedTransaction(deps.db, (trx) => handBackIntent(trx, intent, settlesInMs));
    // The item does not exist and cannot appear any more, so the create is planned again.
    await retriedTransaction(deps.db, async (trx) => {
      if ((await lockIntent(trx, intent)) !== undefined) await recordCreate(trx, intent.id, false);
    });
  }
}

async function openSession(
  { host }: SyncDependencies,
  intent: ClaimedIntent,
  signal: AbortSignal,
): Promise<IntegrationSession> {
  try {
    return await host.session(intent.integration_id, { signal });
  } catch (error) {
    if (error instanceof IntegrationError) throw new IntentFailure('read', { kind: 'other', error });
    throw error;
  }
}

/**
 * Reads the item and then plans the write in the transaction that merges it, so that an edit at the provider whose event is late or lost
 * is merged and not overwritten. Returns 'again' if something changed that has to be read again.
 */
async function readAndPlan(
  deps: SyncDependencies,
  session: IntegrationSession,
  intent: ClaimedIntent,
  reads: number,
): Promise<WritePlan | 'again'> {
  const { db } = deps;
  const target = await findIntentTarget(db, intent.link_id);
  if (target === undefined) return { kind: 'nothing' };
  const { repository, external_id, number, base } = target;
  // A repository that refuses requests is not asked; `planWrite` parks the intent.
  const asks = repository !== null && repository.refusal === null;
  if (asks && (external_id === null || number === null)) {
    await learnAccount(deps, session, intent.integration_id);
    const found = reads === 1 ? await checkTarget(session, repository) : null;
    if (found !== null) {
      await saveNewName(deps, intent, found);
      return 'again';
    }
  }
  let item: ExternalItem | null = null;
  let renamed: ExternalRepository | null = null;
  if (asks && external_id !== null && number !== null) {
    const outcome = await readItem(session, { repository, number, external_id });
    const asked = { external_id, repository_id: repository.id };
    if (outcome.kind === 'repository_renamed') {
      if (reads >= MOST_READS) throw new IntentFailure('read', { kind: 'other', error: keepsMoving(repository) });
      await saveNewName(deps, intent, outcome.repository);
      return 'again';
    }
    if (outcome.kind === 'moved') {
      if (reads >= MOST_READS) throw new IntentFailure('read', { kind: 'other', error: keepsMoving(repository) });
      const isHeld = await moveToNewPlace(deps, intent, external_id, outcome.item);
      return isHeld ? 'again' : { kind: 'nothing' };
    }
    if (outcome.kind !== 'item') throw new IntentFailure('read', outcome, asked);
    item = outcome.item;
    renamed = outcome.renamed;
  }
  return retriedTransaction(db, async (trx) => {
    const locked = await lockIntent(trx, intent);
    if (locked === undefined) return { kind: 'nothing' };
    const { now, link, task, integration } = locked;
    if (renamed !== null) await saveRepository(trx, factsSeenNow(integration, renamed, now));
    const batch = new LinkBatch(now, { tasks: [task], links: [link] });
    if (item !== null && !mergeRead(batch, locked, item, base, reads >= MOST_READS)) return 'again';
    const plan = await planWrite(trx, batch, locked, deps);
    await batch.write(trx);
    return plan;
  });
}

/**
 * Checks the repository before a create, because a create in another repository of the same name could not be undone. Returns the
 * repository if its new name or its id has to be stored first; otherwise null.
 */
async function checkTarget(session: IntegrationSession, repository: KnownRepository) {
  const access = await checkRepository(session, repository, { writing: true });
  if (access.kind === 'repository_renamed') return access.repository;
  if (access.kind !== 'works') throw new IntentFailure('check', access);
  const isUnidentified = repository.external_id === null && access.repository.externalId !== undefined;
  return isUnidentified ? access.repository : null;
}

/** Carries out the plan and returns the item as it then is; null when an item that may have been created does not exist. */
async function carryOut(
  deps: SyncDependencies,
  session: IntegrationSession,
  plan: Exclude<WritePlan, { kind: 'nothing' }>,
): Promise<ExternalItem | null> {
  const run = async <T>(
    operation: string,
    work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await session.run(operation, (instance, inner) => work(trackerOf(instance), inner));
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      const diagnosis = error.uncertain
        ? ({ kind: 'other', error } as const)
        : await diagnoseFailure(session, plan.repository, error, { writing: true });
      const asked = plan.kind === 'update' ? { external_id: plan.externalId, repository_id: plan.repository.id } : null;
      // The failure is stored as one that passes, because the next attempt reads first: it saves the new name, and tells a deleted item
      // from a 410 of disabled issues.
      const isDeleted = plan.kind === 'update' && diagnosis.kind === 'item_gone' && diagnosis.certain;
      if (diagnosis.kind === 'repository_renamed' || isDeleted)
        throw new IntentFailure(plan.kind, { kind: 'other', error: passing(error) });
      throw new IntentFailure(plan.kind, diagnosis, asked);
    }
  };
  const repository = { owner: plan.repository.owner, name: plan.repository.name };
  switch (plan.kind) {
    case 'create':
      return run('create item', (tracker, inner) => tracker.createItem(repository, plan.draft, inner));
    case 'update': {
      const { number, externalId } = plan;
      return run('update item', (tracker, inner) =>
        tracker.updateItem({ repository, number, externalId }, plan.patch, inner),
      );
    }
    case 'recover': {
      const since = new Date(plan.sentAt.getTime() - CLOCK_SLACK_MS).toISOString();
      const items = await run('find created item', (tracker, inner) => tracker.listOwnItems(repository, since, inner));
      const isIt = ({ marker }: ExternalItem): boolean =>
        marker !== undefined && marker.id === plan.marker && deps.markers.isOurs(marker, plan.repository.id);
      return items.find(isIt) ?? null;
    }
  }
}

const keepsMoving = ({ owner, name }: KnownRepository): IntegrationError =>
  new IntegrationError(`The repository ${owner}/${name} or the item keeps moving.`, { class: 'outage' });

const passing = (cause: IntegrationError): IntegrationError =>
  new IntegrationError(cause.message, { class: 'outage', cause });

/** Reads and stores the integration's account before a create, because the item's `opened` event is recognized by its author. */
async function learnAccount(
  { db }: SyncDependencies,
  session: IntegrationSession,
  integrationId: number,
): Promise<void> {
  const integration = await findIntegration(db, integrationId);
  if (integration === undefined || integration.account !== null) return;
  try {
    const account = await session.run('learn account', (instance, signal) => trackerOf(instance).getAccount(signal));
    if (account !== null) await storeAccount(db, integrationId, account);
  } catch (error) {
    if (error instanceof IntegrationError) throw new IntentFailure('read', { kind: 'other', error });
    throw error;
  }
}
