import { setTimeout as sleep } from 'node:timers/promises';
import { IntegrationError, IntegrationRateLimitError, type IssueTracker } from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import type { JobContext } from '../jobs/handler.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';

const PAUSE_MS = 5000;
/** How long a job waits for the other side to come back. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** Waits while the other side is down or names a wait: a job of an hour does not fail because of a minute. */
export async function callPatiently<T>(
  { host }: SyncDependencies,
  integrationId: number,
  { signal, progress }: JobContext,
  operation: string,
  work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUpAt = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await host.run(integrationId, operation, (instance, inner) => work(trackerOf(instance), inner), {
        signal,
      });
    } catch (error) {
      const pauseMs = error instanceof IntegrationError ? pauseAfter(error) : null;
      if (signal.aborted || pauseMs === null || Date.now() + pauseMs > giveUpAt) throw error;
      await progress(0, 'Waiting for the other side');
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

/** Null: waiting does not help. */
function pauseAfter(error: IntegrationError): number | null {
  if (error instanceof IntegrationUnavailableError && error.reason !== 'circuit_open') return null;
  if (error instanceof IntegrationRateLimitError) return Math.max(error.retryAt.getTime() - Date.now(), 1000);
  return error.class === 'outage' || error.class === 'timeout' ? PAUSE_MS : null;
}
