import type { IntegrationError } from '@commandcenter/integration-kit';
import { IntegrationRateLimitError } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { IntegrationUnavailableError } from '../../integrations/errors.ts';
import { retryAfter } from '../../integrations/health/retry-policy.ts';
import { failureOf } from '../../integrations/health/work-failure.ts';
import { actorOf } from '../inbound/incoming-change.ts';
import { LinkBatch } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import type { LinkProblem } from '../link/link-state.ts';
import { withoutLast } from '../reconcile/write.ts';
import { refusalProblem } from '../repositories/repository-access.ts';
import type { AskedItem, IntentFailure } from './intent-failure.ts';
import {
  type ClaimedIntent,
  type IntentTarget,
  type LockedIntent,
  lockIntent,
  postponeIntent,
} from './outbox-queries.ts';

export const problemOf = (error: IntegrationError): LinkProblem => ({
  class: error.class,
  message: error.message.slice(0, 1000),
  remedy: error.hint ?? null,
});

/** Returns true for a create in a repository that was never seen and is not found. Such a create is given up. */
export const hasNowhereToGo = (
  { external_id, repository }: Pick<IntentTarget, 'external_id' | 'repository'>,
  { refusal }: Extract<IntentFailure['diagnosis'], { kind: 'repository_refused' }>,
): boolean => external_id === null && repository?.external_id === null && refusal.class === 'not_found';

/**
 * Returns true if the link has moved to another identity or repository since the request was sent, so that the failure says nothing about
 * its present item.
 */
export const hasMovedSince = (asked: AskedItem | null, now: Pick<LinkRow, 'external_id' | 'repository_id'>): boolean =>
  asked !== null && (asked.external_id !== now.external_id || asked.repository_id !== now.repository_id);

/** Stores the result of a failed attempt to send an intent, and releases its lease. Returns true if the intent now waits for a signal. */
export async function applyFailure(
  trx: Transaction,
  claimed: ClaimedIntent,
  { step, diagnosis, asked }: Pick<IntentFailure, 'step' | 'diagnosis' | 'asked'>,
): Promise<boolean> {
  const locked = await lockIntent(trx, claimed);
  if (locked === undefined) return false;
  const { now, intent, link, task, repository } = locked;
  if (diagnosis.kind !== 'other' && hasMovedSince(asked, link)) {
    await giveBack(trx, locked, 0, intent.attempts, null, intent.sent_at !== null);
    return false;
  }
  const batch = new LinkBatch(now, { tasks: [task], links: [link] });
  let waits = false;
  switch (diagnosis.kind) {
    case 'repository_refused':
      if (step === 'create') forgetCreate(batch, locked);
      if (hasNowhereToGo({ external_id: link.external_id, repository }, diagnosis)) {
        batch.apply(link, { type: 'given_up', problem: refusalProblem(diagnosis.refusal) });
        break;
      }
      batch.apply(link, { type: 'access_lost', problem: refusalProblem(diagnosis.refusal) });
      await giveBack(trx, locked, 'signal', intent.attempts, diagnosis.refusal.message, mayBeCreated(locked, step));
      break;
    case 'item_gone':
      if (isCreate(step)) batch.apply(link, { type: 'given_up', problem: problemOf(diagnosis.error) });
      else markGone(batch, locked, diagnosis);
      break;
    default:
      waits = await postponeOrGiveUp(trx, batch, locked, step, diagnosis.error);
  }
  await batch.write(trx);
  return waits;
}

/**
 * Postpones the intent or gives it up, as the retry policy decides. If the provider refuses only this item, the link shows an error and
 * the intent is still retried. Returns true if the intent waits for a signal.
 */
async function postponeOrGiveUp(
  trx: Transaction,
  batch: LinkBatch,
  locked: LockedIntent,
  step: IntentFailure['step'],
  error: IntegrationError,
): Promise<boolean> {
  const { intent, link, now } = locked;
  const isUntried = error instanceof IntegrationUnavailableError || error instanceof IntegrationRateLimitError;
  const uncertainCreate = step === 'create' ? error.uncertain && !isUntried : mayBeCreated(locked, step);
  if (step === 'create' && !uncertainCreate) forgetCreate(batch, locked);
  const work = isCreate(step) ? 'create' : 'write';
  const decision = retryAfter(failureOf(error), work, intent.attempts, now, Math.random());
  const problem = problemOf(error);
  if (decision.kind === 'give_up') {
    batch.apply(link, { type: 'given_up', problem });
    return false;
  }
  batch.apply(link, {
    type: error.class === 'permission' && decision.kind === 'retry' ? 'refused' : 'delayed',
    problem,
  });
  const attempts = intent.attempts + (decision.kind === 'retry' && decision.counts ? 1 : 0);
  const delayMs = decision.kind === 'wait' ? 'signal' : decision.delayMs;
  await giveBack(trx, locked, delayMs, attempts, problem.message, uncertainCreate);
  return decision.kind === 'wait';
}

const isCreate = (step: IntentFailure['step']): boolean => ['check', 'create', 'recover'].includes(step);

/** Returns true if an earlier attempt may have created the item. The failure of another step than the create says nothing about that. */
const mayBeCreated = ({ intent }: LockedIntent, step: IntentFailure['step']): boolean =>
  step !== 'create' && intent.sent_at !== null;

/**
 * Removes the write of a create that was certainly not carried out, since it can have no echo. An update may have been carried out in
 * part, so its write is kept.
 */
function forgetCreate(batch: LinkBatch, { link }: LockedIntent): void {
  link.writes = withoutLast(link.writes);
  batch.linkChanged(link);
}

const giveBack = (
  trx: Transaction,
  { intent }: LockedIntent,
  delayMs: number | 'signal',
  attempts: number,
  error: string | null,
  uncertainCreate: boolean,
): Promise<void> => postponeIntent(trx, intent.id, { delayMs, attempts, uncertainCreate, error });

/** Marks the link as deleted, because its item is gone. The edit stays in the task, and no new item is created. */
function markGone(
  batch: LinkBatch,
  { link, task, integration }: LockedIntent,
  { certain, error }: { certain: boolean; error: IntegrationError },
): void {
  const why = certain
    ? 'The item was deleted there'
    : 'The item is not there any more, or not visible to this credential';
  const changes = [{ field: 'link' as const, from: link.url, to: null, detail: `${why}. The edit stays here only.` }];
  batch.record(task, changes, { actor: actorOf(integration), origin: { kind: 'write', by: null, link_id: link.id } });
  batch.apply(link, { type: 'item_deleted', problem: certain ? null : { ...problemOf(error), class: 'not_found' } });
}

/**
 * Releases an intent whose attempt was interrupted, but not by a failure of the provider. If a create was in flight, the next attempt
 * looks for the item first.
 */
export async function handBackIntent(trx: Transaction, claimed: ClaimedIntent, delayMs: number): Promise<void> {
  const locked = await lockIntent(trx, claimed);
  if (locked === undefined) return;
  const { intent } = locked;
  const uncertainCreate = intent.sent_at !== null;
  await postponeIntent(trx, intent.id, { delayMs, attempts: intent.attempts, uncertainCreate, error: null });
}
