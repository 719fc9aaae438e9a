import type { Database, Transaction } from '../database/database.ts';
import type { JobRow } from './job.ts';
import type { JobLease } from './job-lease-queries.ts';

/** Everything that a running job gets. */
export interface JobContext {
  db: Database;
  /** For a handler that ends its job itself, together with what it writes. */
  lease: JobLease;
  /** Failures at the provider in a row, from this attempt or earlier ones, since the last checkpoint. */
  failures: number;
  /** Aborted when the job is cancelled, the process stops, or its lease was lost. Whatever waits has to end then. */
  signal: AbortSignal;
  /** Shows how far it is: 0 to 100, what is done now, and numbers that belong to it. */
  progress(percent: number, step: string, detail?: Record<string, unknown>): Promise<void>;
  /**
   * Stores where the next attempt goes on (`job.checkpoint`), after this worker's death or after waiting. With `trx` it is stored together
   * with what the transaction writes. Throws if another worker has the job by now, so that only one of them stores a step.
   */
  checkpoint(value: unknown, trx?: Transaction): Promise<void>;
}

/**
 * Does the jobs of one type. Errors fail the job, except `JobPostponement`; a job whose worker died is run again, from its checkpoint.
 */
export interface JobHandler {
  type: string;
  /** Resolves to the job's `result`. */
  run(job: JobRow, context: JobContext): Promise<unknown>;
}
