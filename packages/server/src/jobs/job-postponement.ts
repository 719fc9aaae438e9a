import type { IntegrationError } from '@commandcenter/integration-kit';

/**
 * Thrown by a handler when the job has to wait for the provider. The job then releases its worker, and later continues from its
 * checkpoint.
 */
export class JobPostponement extends Error {
  /** Pause in ms before the next attempt; `signal` to wait until the job's integration is resumed. */
  readonly delayMs: number | 'signal';
  /** Number of failures in a row, including this one. */
  readonly failures: number;
  /** Text for people that says what the job waits for. */
  readonly step: string;
  /** Error with which the job fails when it would wait too long. */
  readonly error: IntegrationError;

  constructor({ delayMs, failures, step, error }: Pick<JobPostponement, 'delayMs' | 'failures' | 'step' | 'error'>) {
    super(step, { cause: error });
    this.name = 'JobPostponement';
    this.delayMs = delayMs;
    this.failures = failures;
    this.step = step;
    this.error = error;
  }
}
