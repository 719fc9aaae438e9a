import {
  type IntegrationError,
  IntegrationNotFoundError,
  IntegrationRateLimitError,
} from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import type { Transaction } from '../store/database.ts';
import { findIntegration } from '../store/integrations.ts';
import { updateLinks } from '../store/links.ts';
import { deleteIntent, type IntentRow, postponeIntent } from '../store/outbox.ts';
import { insertHistory } from '../store/task-history.ts';
import { databaseTime } from '../store/tasks.ts';
import { actorOf } from './incoming-change.ts';
import { type IntentPlan, type LockedIntent, lockIntent } from './intent-plan.ts';

const PAUSES_MS = [2000, 5000, 10_000, 20_000, 30_000];
const LONGEST_WAIT_MS = 3_600_000;
/** A fault of the integration's own code is tried again this often. */
const MOST_BUGS = 5;

/** What a failure means for the intent. */
export type FailureOutcome =
  | { kind: 'wait'; delayMs: number | 'resume'; counts: boolean }
  /** The other side has refused it, and will again until the task changes. */
  | { kind: 'give_up' }
  /** The item is gone. */
  | { kind: 'gone' };

/** Pure: from the failure of the given step, after `attempts` failures before it. */
export function outcomeOfFailure(
  error: IntegrationError,
  step: IntentPlan['kind'],
  attempts: number,
  now: Date,
): FailureOutcome {
  const pause: FailureOutcome = {
    kind: 'wait',
    delayMs: PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] as number,
    counts: true,
  };
  const until = (time: Date | null, longest: number): FailureOutcome => {
    const delayMs = time === null ? 2000 : Math.min(Math.max(time.getTime() - now.getTime(), 500), longest);
    return { kind: 'wait', delayMs, counts: false };
  };
  if (error instanceof IntegrationUnavailableError) {
    return error.reason === 'circuit_open'
      ? until(error.retryAt, 30_000)
      : { kind: 'wait', delayMs: 'resume', counts: false };
  }
  if (error instanceof IntegrationRateLimitError) return until(error.retryAt, LONGEST_WAIT_MS);
  switch (error.class) {
    case 'auth':
      return { kind: 'wait', delayMs: 'resume', counts: false };
    case 'validation':
      return { kind: 'give_up' };
    case 'not_found':
      return { kind: step === 'update' ? 'gone' : 'give_up' };
    case 'bug':
      return attempts + 1 < MOST_BUGS ? pause : { kind: 'give_up' };
    default:
      return pause;
  }
}

/** Writes down what a failed attempt comes to, and gives the lease back. Answers whether it now waits for `resume`. */
export async function failIntent(
  trx: Transaction,
  claimed: IntentRow,
  owner: string,
  { step, error }: { step: IntentPlan['kind']; error: IntegrationError },
): Promise<boolean> {
  const locked = await lockIntent(trx, claimed, owner);
  if (locked === undefined) return false;
  const { intent, link } = locked;
  const outcome = outcomeOfFailure(error, step, intent.attempts, await databaseTime(trx));
  const told = { last_error: error.message.slice(0, 1000), last_error_class: error.class };
  if (outcome.kind === 'wait') {
    await updateLinks(trx, [{ ...link, ...told }]);
    const { sent, uncertainCreate } = remembered(intent, step, error);
    await postponeIntent(trx, intent.id, {
      delayMs: outcome.delayMs,
      attempts: intent.attempts + (outcome.counts ? 1 : 0),
      sent,
      uncertainCreate,
      error: told.last_error,
    });
    return outcome.delayMs === 'resume';
  }
  await deleteIntent(trx, intent.id);
  if (outcome.kind === 'give_up') await updateLinks(trx, [{ ...link, ...told, sync_state: 'error' }]);
  else await markGone(trx, locked, error);
  return false;
}

/** An edit that meets a deletion stays here; nothing is made anew there. */
async function markGone(trx: Transaction, { link, task }: LockedIntent, error: IntegrationError): Promise<void> {
  const gone = error instanceof IntegrationNotFoundError && error.gone;
  // A plain "not found" is also what a lost permission looks like: the link lives again when the item is seen again.
  const told = { last_error: error.message, last_error_class: gone ? null : 'not_found' };
  await updateLinks(trx, [{ ...link, ...told, sync_state: 'deleted', candidate: null, refetch_at: null }]);
  const integration = await findIntegration(trx, link.integration_id);
  if (task === undefined || integration === undefined) return;
  const why = gone ? 'The item was deleted there' : 'The item is not there any more, or not visible to this credential';
  const changes = [{ field: 'link' as const, from: link.url, to: null, detail: `${why}. The edit stays here only.` }];
  await insertHistory(trx, [
    { task_id: task.id, version: task.version, actor: actorOf(integration), delivery_id: null, changes },
  ]);
}

/** Which writes may still show up there. */
function remembered(
  intent: IntentRow,
  step: IntentPlan['kind'],
  error: IntegrationError,
): { sent: IntentRow['sent']; uncertainCreate: boolean } {
  const untried = error instanceof IntegrationUnavailableError;
  if (step === 'create')
    return error.uncertain && !untried
      ? { sent: intent.sent, uncertainCreate: true }
      : { sent: [], uncertainCreate: false };
  if (step === 'update') return { sent: untried ? intent.sent.slice(0, -1) : intent.sent, uncertainCreate: false };
  return { sent: intent.sent, uncertainCreate: intent.sent_at !== null };
}

/** Given up in the middle for no fault of the other side: whoever goes on looks first where a create was on its way. */
export async function handBackIntent(
  trx: Transaction,
  claimed: IntentRow,
  owner: string,
  delayMs: number,
): Promise<void> {
  const locked = await lockIntent(trx, claimed, owner);
  if (locked === undefined) return;
  const { intent } = locked;
  const { attempts, sent, sent_at } = intent;
  await postponeIntent(trx, intent.id, { delayMs, attempts, sent, uncertainCreate: sent_at !== null, error: null });
}
