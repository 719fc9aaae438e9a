import { cancelOwn, type RequestedAnalysis } from './request-analysis.ts';
import { logLine } from './runner/log.ts';
import { followJob } from './server/follow-job.ts';
import type { Job, Server } from './server/server.ts';

export interface AwaitOptions {
  server: Server;
  /** Signal that is aborted when the workflow is cancelled. */
  cancelled: AbortSignal;
  /** Signal that is aborted when the step's time limit is reached. */
  deadline: AbortSignal;
  /** Called when the server cannot fetch the source that it has to analyze; uploads the source from the checkout. */
  provideSource(job: Job): Promise<void>;
}

/**
 * Waits for the job and returns it when it has ended. Returns null if the time limit is reached first; the job then continues. Throws
 * `ActionError` for any failure, after cancelling the job.
 */
export async function awaitJob(
  requested: RequestedAnalysis,
  { server, cancelled, deadline, provideSource }: AwaitOptions,
): Promise<Job | null> {
  const signal = AbortSignal.any([cancelled, deadline]);
  const ended = Promise.withResolvers<null>();
  // React immediately, because the current operation, such as a fetch by git, may take minutes to notice the signal.
  deadline.addEventListener('abort', () => ended.resolve(null), { once: true });
  cancelled.addEventListener('abort', () => ended.reject(cancelled.reason), { once: true });
  const following = followJob(requested.job, { server, signal, onProgress: createProgress(), provideSource });
  // Ignore a later failure of `followJob`: after a cancellation or the time limit it goes on in the background, and nobody awaits it.
  following.catch(() => undefined);
  try {
    return await Promise.race([following, ended.promise]);
  } catch (error) {
    if (deadline.aborted && !cancelled.aborted) return null;
    await cancelOwn(server, requested);
    throw error;
  }
}

const STEP_PERCENT = 10;

/** Returns a function that logs a line for every ten percent, and when the step changes. */
function createProgress(): (percent: number, step: string) => void {
  let shownPercent = -STEP_PERCENT;
  let shownStep = '';
  return (percent, step) => {
    // Limit changes of the step to one per percent, because `complexity` and `Base: complexity` alternate many times per second.
    if (percent < shownPercent + STEP_PERCENT && (step === shownStep || percent < shownPercent + 1)) return;
    shownPercent = percent;
    shownStep = step;
    logLine(`${String(Math.round(percent)).padStart(3)} %  ${step}`);
  };
}
