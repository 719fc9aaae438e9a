import { type IntegrationError, toIntegrationError, type UnusablePayloadError } from '@commandcenter/integration-kit';
import pg from 'pg';
import { isDatabaseBusy, isTimeLimit } from '../../database/database-away.ts';
import { deliveryAttempts, retryAfter } from '../../integrations/health/retry-policy.ts';
import type { DeliveryOutcome } from './delivery-queue-queries.ts';

/** The outcome of a delivery after one more failed attempt: tried again, or failed, with the words that people see. */
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

/** The words for a delivery whose payload nothing can be made of. It stays, because a later version may make something of it. */
export const unusableReason = ({ message }: UnusablePayloadError): string =>
  `${message.slice(0, 500)} The delivery is kept, and can be replayed.`;

/** An error while a delivery was applied, with words for people. Those of the database name columns and types, which the log has. */
export function faultOf(error: unknown): Pick<IntegrationError, 'class' | 'message'> {
  // Another session held a lock or used up the time: the delivery is not the cause.
  if (isTimeLimit(error) || isDatabaseBusy(error))
    return { class: 'timeout', message: 'the database was busy with other changes for too long' };
  if (!(error instanceof pg.DatabaseError)) return toIntegrationError(error);
  const message = `the database refused what was to be stored (SQLSTATE ${error.code ?? 'unknown'})`;
  return { class: 'bug', message };
}
