import { type IntegrationError, toIntegrationError, type UnusablePayloadError } from '@commandcenter/integration-kit';
import pg from 'pg';
import { isDatabaseBusy, isTimeLimit } from '../../database/database-away.ts';
import { deliveryAttempts, retryAfter } from '../../integrations/health/retry-policy.ts';
import type { DeliveryOutcome } from './delivery-queue-queries.ts';

/** Returns the outcome of a delivery after one more failed attempt: it is tried again or has failed, with a reason for people. */
export function attemptFailed(
  attemptsBefore: number,
  error: Pick<IntegrationError, 'class' | 'message'>,
): Pick<DeliveryOutcome, 'status' | 'attempts' | 'reason' | 'retryInMs'> {
  const attempts = attemptsBefore + 1;
  const decision = retryAfter(error, 'delivery', attemptsBefore, new Date(), Math.random());
  const fault = `${error.class === 'bug' ? 'A fault in handling it' : 'It could not be handled'}: ${error.message.slice(0, 500)}`;
  if (decision.kind !== 'retry')
    return { status: 'failed', attempts, reason: `${fault} (after ${attempts} attempts; it can be replayed)` };
  const most = deliveryAttempts(error.class);
  const reason = `${fault} (attempt ${attempts} of ${most}, another follows)`;
  return { status: 'received', attempts, reason, retryInMs: decision.delayMs };
}

/**
 * Returns the reason shown for a delivery whose payload cannot be used. The delivery is kept, because a later version may be able to use
 * it.
 */
export const unusableReason = ({ message }: UnusablePayloadError): string =>
  `${message.slice(0, 500)} The delivery is kept, and can be replayed.`;

/**
 * Returns class and message, for people, of an error while a delivery was applied. Messages of the database are replaced, because they
 * name columns and types; the log has them.
 */
export function faultOf(error: unknown): Pick<IntegrationError, 'class' | 'message'> {
  // Another session held a lock or used up the time, so the delivery is not the cause.
  if (isTimeLimit(error) || isDatabaseBusy(error))
    return { class: 'timeout', message: 'the database was busy with other changes for too long' };
  if (!(error instanceof pg.DatabaseError)) return toIntegrationError(error);
  const message = `the database refused what was to be stored (SQLSTATE ${error.code ?? 'unknown'})`;
  return { class: 'bug', message };
}
