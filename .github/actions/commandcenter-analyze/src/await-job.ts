import type { Asked } from './ask-for-analysis.ts';
import { createProgress } from './progress.ts';
import { say } from './runner/log.ts';
import { followJob } from './server/follow-job.ts';
import type { Job, Server } from './server/server.ts';

export interface AwaitOptions {
  server: Server;
  /** The workflow is cancelled. */
  cancelled: AbortSignal;
  /** The step's time is over. */
  deadline: AbortSignal;
  /** Gives the server a source that it cannot fetch itself. */
  provideSource(job: Job): Promise<void>;
}

/** How long the server may take to hear that the step ends: the runner kills it 10 seconds after it told it to stop. */
const CANCEL_TIMEOUT_MS = 4000;

/** The job as it ended; null when the time was over first, and the job goes on. Throws `ActionError`; the job is cancelled then. */
export async function awaitJob(
  asked: Asked,
  { server, cancelled, deadline, provideSource }: AwaitOptions,
): Promise<Job | null> {
  const signal = AbortSignal.any([cancelled, deadline]);
  const over = Promise.withResolvers<null>();
  // At once: what the step is in the middle of, such as a fetch by git, may take minutes to notice.
  deadline.addEventListener('abort', () => over.resolve(null), { once: true });
  cancelled.addEventListener('abort', () => over.reject(cancelled.reason), { once: true });
  const following = followJob(asked.job, { server, signal, onProgress: createProgress(say), provideSource });
  // What is left behind when the time is over may still fail: nobody waits for it.
  following.catch(() => undefined);
  try {
    return await Promise.race([following, over.promise]);
  } catch (error) {
    if (deadline.aborted && !cancelled.aborted) return null;
    await cancelOwn(server, asked);
    throw error;
  }
}

/** One that somebody else asked for too goes on. */
export async function cancelOwn(server: Server, { job, created }: Asked): Promise<void> {
  if (!created) return;
  try {
    await server.cancelJob(job.id, { timeoutMs: CANCEL_TIMEOUT_MS });
    say(`Job ${job.id} is cancelled.`);
  } catch (error) {
    say(`Job ${job.id} could not be cancelled, and goes on: ${error instanceof Error ? error.message : String(error)}`);
  }
}
