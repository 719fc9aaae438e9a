import { setTimeout as sleep } from 'node:timers/promises';
import { IntegrationError } from '@commandcenter/integration-kit';
import { retryAfter } from '../domain/retry-policy.ts';
import { failureOf } from '../integrations/work-failure.ts';
import type { JobContext } from '../jobs/handler.ts';

/** How long a job waits for the other side to come back. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** Repeats a call of a job while the other side is down or names a wait, so that a job of an hour does not fail because of a minute. */
export async function retryWhileUnavailable<T>(
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
  work: 'import' | 'publication',
  call: () => Promise<T>,
): Promise<T> {
  const giveUpAt = Date.now() + LONGEST_WAIT_MS;
  for (let failures = 0; ; ) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !(error instanceof IntegrationError)) throw error;
      const decision = retryAfter(failureOf(error), work, failures, new Date(), Math.random());
      if (decision.kind !== 'retry' || Date.now() + decision.delayMs > giveUpAt) throw error;
      if (decision.counts) failures += 1;
      await progress(0, 'Waiting for the other side');
      await sleep(decision.delayMs, undefined, { signal });
    }
  }
}
