import { IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import { retryAfter } from '../integrations/health/retry-policy.ts';
import { failureOf } from '../integrations/health/work-failure.ts';
import type { JobContext } from '../jobs/handler.ts';
import { JobPostponement } from '../jobs/job-postponement.ts';

/**
 * Sends a request of a job. If the provider is down, names a wait or refuses the credential, throws `JobPostponement`: the job waits
 * without a worker and repeats the request later, so that a job of an hour does not fail because of a minute.
 */
export async function retryWhileUnavailable<T>(
  { signal, failures }: Pick<JobContext, 'signal' | 'failures'>,
  work: 'import' | 'publication',
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (signal.aborted || !(error instanceof IntegrationError) || isGone(error)) throw error;
    const decision = retryAfter(failureOf(error), work, failures, new Date(), Math.random());
    if (decision.kind === 'give_up') throw error;
    // While a circuit is open, its probes find out when the provider is back, and the return of the integration wakes its jobs.
    const delayMs =
      decision.kind === 'wait' || error instanceof IntegrationUnavailableError ? 'signal' : decision.delayMs;
    const counts = decision.kind === 'retry' && decision.counts;
    throw new JobPostponement({ delayMs, failures: failures + (counts ? 1 : 0), step: stepOf(error, delayMs), error });
  }
}

/** Returns true for an integration that cannot come back by itself: it was deleted, or its type is not known. */
const isGone = (error: IntegrationError): boolean =>
  error instanceof IntegrationUnavailableError && (error.reason === 'deleted' || error.reason === 'unknown_type');

function stepOf(error: IntegrationError, delayMs: number | 'signal'): string {
  const { message, hint } = error;
  if (error instanceof IntegrationRateLimitError)
    return `Waiting until ${toMinute(error.retryAt)} because of a rate limit, then going on: ${message}`;
  if (delayMs !== 'signal') return `Waiting for the provider, to be asked again within a minute: ${message}`;
  const isDown = error instanceof IntegrationUnavailableError && error.reason === 'circuit_open';
  const until = isDown ? 'until the provider responds' : 'until the integration may work again';
  return `Waiting ${until}, one hour at most: ${message}${hint === undefined ? '' : ` ${hint}`}`;
}

const toMinute = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
