import type { IntegrationError } from '@commandcenter/integration-kit';
import type { DeliveryOutcome } from '../store/delivery-queue.ts';

/** A bug may still be a passing one; trouble at the other side passes within minutes, or a person has to look. */
const BUG_ATTEMPTS = 4;
const PASSING_ATTEMPTS = 8;
export const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

const passing: ReadonlySet<IntegrationError['class']> = new Set(['rate_limit', 'outage', 'timeout', 'connection']);

/** Whether a delivery is tried again after one more failed attempt, and what people are told. */
export function attemptFailed(
  attemptsBefore: number,
  error: Pick<IntegrationError, 'class' | 'message'>,
): Pick<DeliveryOutcome, 'status' | 'attempts' | 'reason'> {
  const attempts = attemptsBefore + 1;
  const limit = passing.has(error.class) ? PASSING_ATTEMPTS : BUG_ATTEMPTS;
  const fault = `${error.class === 'bug' ? 'A fault in handling it' : 'It could not be handled'}: ${error.message.slice(0, 500)}`;
  return attempts < limit
    ? { status: 'received', attempts, reason: `${fault} (attempt ${attempts} of ${limit}, another follows)` }
    : { status: 'failed', attempts, reason: `${fault} (after ${attempts} attempts; it can be replayed)` };
}

/** Milliseconds until the next attempt. */
export function pauseAfter(attempts: number, firstPauseMs: number): number {
  return Math.min(firstPauseMs * 3 ** (attempts - 1), LONGEST_PAUSE_MS);
}
