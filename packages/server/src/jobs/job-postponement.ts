import type { IntegrationError } from '@commandcenter/integration-kit';

/** A handler throws it when the provider has to be waited for. The job gives its worker back, and goes on from its checkpoint. */
export class JobPostponement extends Error {
  /** The pause before the next attempt; 'signal': the job waits until its integration is resumed. */
  readonly delayMs: number | 'signal';
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** For people: what the job waits for. */
  readonly step: string;
  /** The job fails with it when it would wait too long. */
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
