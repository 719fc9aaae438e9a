import { startLoop } from '../background/loop.ts';
import type { Database } from '../database/database.ts';
import type { Logger } from '../logging.ts';
import type { JobContext, JobHandler } from './handler.ts';
import type { JobRow } from './job.ts';
import { describeError, jobError } from './job-error.ts';
import {
  extendLease,
  finishJob,
  handBackJob,
  type JobLease,
  JobLeaseLostError,
  type JobOutcome,
  postponeJob,
  wasTakenOver,
  writeJobCheckpoint,
  writeJobProgress,
} from './job-lease-queries.ts';
import { JobPostponement } from './job-postponement.ts';

/** One running attempt at a job. */
export interface RunningJob {
  /** Checks now whether the job was canceled or the lease lost, instead of at the next heartbeat. */
  check(): void;
  /** Ends the attempt without an outcome because the process stops. Another worker continues the job. */
  handBack(): void;
  /** Resolves when the attempt has ended. It never rejects. */
  ended: Promise<void>;
}

export interface RunJobOptions {
  db: Database;
  log: Logger;
  leaseMs: number;
  handler: JobHandler;
  job: JobRow;
  lease: JobLease;
  /** Called whenever the job reports progress or stores a checkpoint. */
  onProgress(): void;
}

/** Number of attempts without an outcome (the worker died, the database was lost) after which a job fails. */
const MOST_ATTEMPTS = 5;
const RETRY_MS = 2000;
/** Longest total time in ms that a job waits for the provider. */
const PATIENCE_MS = 60 * 60_000;
/** Least time in ms between two stored progress reports of the same step. */
const PROGRESS_MS = 250;

export function runJob({ db, log, leaseMs, handler, job, lease, onProgress }: RunJobOptions): RunningJob {
  const control = new AbortController();
  let end: 'cancelled' | 'handed_back' | 'lost' | undefined;
  const abort = (why: NonNullable<typeof end>): void => {
    end ??= why;
    control.abort(new DOMException(`The job was ${why.replace('_', ' ')}`, 'AbortError'));
  };

  const heartbeat = startLoop({
    name: 'job-lease',
    log,
    intervalMs: leaseMs / 3,
    async step() {
      const cancel = await extendLease(db, lease, leaseMs);
      if (cancel === undefined) abort('lost');
      else if (cancel) abort('cancelled');
      return 'idle';
    },
  });

  const writeProgress = progressWriter(db, lease);
  const context: JobContext = {
    db,
    lease,
    failures: job.failures,
    signal: control.signal,
    progress(...shown) {
      onProgress();
      return writeProgress(...shown);
    },
    async checkpoint(value, trx) {
      onProgress();
      await writeJobCheckpoint(trx ?? db, lease, value);
      context.failures = 0;
    },
  };

  const run = async (): Promise<void> => {
    if (job.attempts > MOST_ATTEMPTS) {
      const detail = `Its worker died ${MOST_ATTEMPTS} times. The logs of the workers say why.`;
      await finish({ status: 'failed', error: { code: 'job.workers_died', detail } });
      return;
    }
    try {
      const result = await handler.run(job, context);
      await finish({ status: 'completed', result });
    } catch (error) {
      await settle(error);
    }
  };

  const settle = async (error: unknown): Promise<void> => {
    if (end === 'lost' || error instanceof JobLeaseLostError) return warnIfLost();
    if (end === 'cancelled') return finish({ status: 'cancelled' });
    if (end === 'handed_back') return handBackJob(db, lease, 0, false);
    if (error instanceof JobPostponement) return postpone(error);
    const known = jobError(error);
    if (known === 'retry') {
      log.warn({ err: error, job: job.id }, 'job interrupted; it goes on from its checkpoint');
      return handBackJob(db, lease, RETRY_MS * job.attempts, true);
    }
    log.warn({ err: error, job: job.id, type: job.job_type }, 'job failed');
    await finish({ status: 'failed', error: known });
  };

  /** A handler may have ended its job itself; then nothing was lost. */
  const warnIfLost = async (): Promise<void> => {
    if (!(await wasTakenOver(db, lease, job.attempts))) return;
    log.warn(
      { job: job.id, type: job.job_type, leaseMs },
      'the lease of a job was lost, so this attempt has stored no outcome: another worker has gone on from the last checkpoint',
    );
  };

  const finish = async (outcome: JobOutcome): Promise<void> => {
    if (!(await finishJob(db, lease, outcome))) await warnIfLost();
  };

  const postpone = async ({ delayMs, failures, step, error }: JobPostponement): Promise<void> => {
    const known = describeError(error);
    log.info({ err: error, job: job.id, delayMs }, 'job waits for the provider');
    if (await postponeJob(db, lease, { delayMs, failures, step, error: known, patienceMs: PATIENCE_MS })) return;
    await finish({ status: 'failed', error: known });
  };

  const ended = run()
    // When the result cannot be stored, the lease expires and another worker runs the job again.
    .catch((error) => log.error({ err: error, job: job.id }, 'the result of a job was not saved'))
    .finally(() => heartbeat.stop());
  return { check: () => heartbeat.wake(), handBack: () => abort('handed_back'), ended };
}

function progressWriter(db: Database, lease: JobLease) {
  let last = { step: '', percent: -1, at: 0 };
  return async (percent: number, step: string, detail?: Record<string, unknown>): Promise<void> => {
    const now = performance.now();
    if (step === last.step && now - last.at < PROGRESS_MS) return;
    // Progress never decreases: when a step finds out that there is more to do, the shown percentage stays.
    const shown = Math.max(last.percent, Math.min(100, Math.max(0, Math.round(percent))));
    last = { step, percent: shown, at: now };
    await writeJobProgress(db, lease, {
      progress: shown,
      current_step: step,
      ...(detail === undefined ? {} : { detail }),
    });
  };
}
