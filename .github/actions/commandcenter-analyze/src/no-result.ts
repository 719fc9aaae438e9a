import { ActionError, type FailureReason, reasonTitles } from './action-error.ts';
import { addNoteSummary } from './present/job-summary.ts';
import type { Inputs } from './runner/inputs.ts';
import { annotate } from './runner/log.ts';
import type { Outputs } from './runner/outputs.ts';

/** Thrown if the analysis was requested but has no result. */
export class NoResultError extends ActionError {
  readonly status: 'failed' | 'timeout';

  constructor(status: 'failed' | 'timeout', message: string, reason: FailureReason = 'incomplete') {
    super(reason, message);
    this.name = 'NoResultError';
    this.status = status;
  }
}

/**
 * Converts a lost connection or an incomplete analysis to the error that there is no result. Rethrows errors in the inputs and bugs of
 * this Action.
 */
export function toNoResultError(error: unknown): NoResultError {
  if (error instanceof NoResultError) return error;
  if (error instanceof ActionError && (error.reason === 'incomplete' || error.reason === 'server')) {
    return new NoResultError('failed', error.message, error.reason);
  }
  throw error;
}

export function timedOut({ timeoutMs, depth }: Inputs, jobId: number): NoResultError {
  const minutes = Number((timeoutMs / 60_000).toFixed(2));
  const alternative = depth === 'quick' ? '' : ', or set analysis-depth to quick';
  return new NoResultError(
    'timeout',
    `The analysis did not finish within ${minutes} minutes. Job ${jobId} continues, and a new run of this workflow uses its result. Raise timeout-minutes${alternative}.`,
  );
}

/** Reports that there is no result. This tells nothing about the change, so the step fails only if the workflow requested a gate. */
export function endWithoutResult(outputs: Outputs, { failOn }: Inputs, error: NoResultError): void {
  outputs.set('status', error.status);
  outputs.set('summary', error.message);
  addNoteSummary(outputs, 'no result', error.message);
  if (failOn !== 'nothing') throw error;
  annotate('warning', error.message, { title: reasonTitles[error.reason] });
}
