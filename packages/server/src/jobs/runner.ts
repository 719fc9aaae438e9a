import { randomUUID } from 'node:crypto';
import { startLoop } from '../background/loop.ts';
import type { Notifier } from '../background/notify.ts';
import type { Logger } from '../logging.ts';
import type { Database } from '../store/database.ts';
import { claimJob } from '../store/job-leases.ts';
import type { JobHandler } from './handler.ts';
import { type RunningJob, runJob } from './run-job.ts';

export interface JobRunnerOptions {
  db: Database;
  notifier: Notifier;
  log: Logger;
  handlers: readonly JobHandler[];
  /** Jobs at a time in this process. */
  concurrency?: number;
  /** After this without a sign of life a job is another worker's. */
  leaseMs?: number;
}

export interface JobRunner {
  /** Hands back what runs, and ends. */
  stop(): Promise<void>;
}

const POLL_MS = 5000;

/** Runs the jobs whose type has a handler; the others wait until a version comes that has one. */
export function startJobRunner(options: JobRunnerOptions): JobRunner {
  const { db, notifier, log, concurrency = 4, leaseMs = 30_000 } = options;
  const handlers = new Map(options.handlers.map((handler) => [handler.type, handler]));
  const types = [...handlers.keys()];
  const running = new Map<number, RunningJob>();

  const loop = startLoop({
    name: 'jobs',
    log,
    intervalMs: POLL_MS,
    async step() {
      if (types.length === 0 || running.size >= concurrency) return 'idle';
      const owner = randomUUID();
      const job = await claimJob(db, types, owner, leaseMs);
      const handler = job === undefined ? undefined : handlers.get(job.job_type);
      if (job === undefined || handler === undefined) return 'idle';
      const run = runJob({ db, log, leaseMs, handler, job, lease: { jobId: job.id, owner } });
      running.set(job.id, run);
      void run.ended.finally(() => {
        running.delete(job.id);
        loop.wake();
      });
      return 'more';
    },
  });

  const unsubscribe = notifier.subscribe('jobs', (payload) => {
    running.get(Number(payload))?.check();
    loop.wake();
  });
  const offReconnect = notifier.onReconnect(() => loop.wake());

  return {
    async stop() {
      unsubscribe();
      offReconnect();
      await loop.stop();
      const runs = [...running.values()];
      for (const run of runs) run.handBack();
      await Promise.all(runs.map((run) => run.ended));
    },
  };
}
