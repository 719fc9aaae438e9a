import { randomUUID } from 'node:crypto';
import { startLoop } from '../background/loop.ts';
import type { Notifier } from '../background/notify.ts';
import { fullLanes, Rotation } from '../background/rotation.ts';
import { type SlotLimits, Slots } from '../background/slots.ts';
import type { Database } from '../database/database.ts';
import type { Logger } from '../logging.ts';
import { claimJob, laneKey, nextJobInMs } from './claim-job-queries.ts';
import type { JobHandler } from './handler.ts';
import type { JobRow } from './job.ts';
import { type RunningJob, runJob } from './run-job.ts';

export interface JobRunnerOptions {
  db: Database;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  log: Logger;
  handlers: readonly JobHandler[];
  /** Limits of the jobs that run at a time in this process. */
  limits?: SlotLimits;
  /** Most jobs of one type and lane (such as one integration) that run at a time in all processes, by default 2. */
  laneLimit?: number;
  /** Most jobs of one project that run at a time in this process, by default unlimited. */
  projectLimit?: number;
  /** Duration of a job's lease in ms, by default 30,000. When it expires without being extended, another worker may claim the job. */
  leaseMs?: number;
}

export interface JobRunner {
  /** Stops claiming, hands back the running jobs, and resolves when their attempts have ended. */
  stop(): Promise<void>;
}

const POLL_MS = 5000;

/**
 * Runs jobs whose type has a handler; others wait for a server version that has one. Lanes (the jobs of one integration or project) take
 * turns, and neither a lane nor a project gets all slots, so that many jobs of one project do not delay the first job of another.
 */
export function startJobRunner(options: JobRunnerOptions): JobRunner {
  const { db, notifier, log, leaseMs = 30_000 } = options;
  const { limits = { slots: 4 }, laneLimit = 2, projectLimit = Number.POSITIVE_INFINITY } = options;
  const handlers = new Map(options.handlers.map((handler) => [handler.type, handler]));
  const types = [...handlers.keys()];
  const slots = new Slots<JobRow>(limits);
  const rotation = new Rotation<string, JobRow>(laneKey);
  const runs = new Map<number, RunningJob>();

  const claim = (exceptLanes: readonly string[]): Promise<JobRow | undefined> => {
    const exceptProjects = fullLanes(
      slots.running().map(({ project_id }) => project_id),
      projectLimit,
    );
    return claimJob(db, { types, owner: randomUUID(), leaseMs, laneLimit, exceptLanes, exceptProjects });
  };

  const loop = startLoop({
    name: 'jobs',
    log,
    intervalMs: POLL_MS,
    async step() {
      if (types.length === 0) return 'idle';
      const freeInMs = slots.freeInMs();
      if (freeInMs !== 0) return freeInMs ?? 'idle';
      // No full lanes (groups of jobs) are passed, because the claim itself counts the jobs of all processes and leaves out lanes at
      // their limit.
      const job = await rotation.next([], claim);
      if (job === undefined) return (await nextJobInMs(db, types)) ?? 'idle';
      const handler = handlers.get(job.job_type);
      const owner = job.lease_owner;
      if (handler === undefined || owner === null) return 'idle';
      slots.take(job);
      const onProgress = () => slots.touch(job);
      const run = runJob({ db, log, leaseMs, handler, job, lease: { jobId: job.id, owner }, onProgress });
      runs.set(job.id, run);
      void run.ended.finally(() => {
        slots.release(job);
        runs.delete(job.id);
        loop.wake();
      });
      return 'more';
    },
  });

  const unsubscribe = notifier.subscribe('jobs', (payload) => {
    runs.get(Number(payload))?.check();
    loop.wake();
  });
  const offReconnect = notifier.onReconnect(() => loop.wake());

  return {
    async stop() {
      unsubscribe();
      offReconnect();
      await loop.stop();
      const running = [...runs.values()];
      for (const run of running) run.handBack();
      await Promise.all(running.map((run) => run.ended));
    },
  };
}
