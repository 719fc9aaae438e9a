import type { Database, Transaction } from '../database/database.ts';
import type { JobRow } from './job.ts';
import type { JobLease } from './job-lease-queries.ts';

/** Everything that the handler of a job gets to run it. */
export interface JobContext {
  db: Database;
  /** Lease of this attempt, for a handler that ends its job in the same transaction as its other writes. */
  lease: JobLease;
  /** Number of failures at the provider in a row since the last checkpoint, including those of earlier attempts. */
  failures: number;
  /**
   * Signal that is aborted when the job is canceled, the process stops or the lease is lost. Everything in the handler that waits must
   * end then.
   */
  signal: AbortSignal;
  /** Shows the progress of the job: percentage from 0 to 100, current step, and numbers that belong to the step. */
  progress(percent: number, step: string, detail?: Record<string, unknown>): Promise<void>;
  /**
   * Stores in `job.checkpoint` where the next attempt continues, after the death of this worker or after a wait. With `trx` it is stored
   * together with the writes of that transaction. Throws when another worker has claimed the job, so that only one of them stores a step.
   */
  checkpoint(value: unknown, trx?: Transaction): Promise<void>;
}

/**
 * Runs the jobs of one type. An error fails the job, except `JobPostponement` and errors of an unavailable database. A job whose worker
 * died is run again from its checkpoint.
 */
export interface JobHandler {
  type: string;
  /** Runs one attempt at a job and resolves to the job's `result`. */
  run(job: JobRow, context: JobContext): Promise<unknown>;
}
