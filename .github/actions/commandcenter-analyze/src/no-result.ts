import { ActionError, type FailureReason, reasonTitles } from './action-error.ts';
import { addNoteSummary } from './present/job-summary.ts';
import type { Inputs } from './runner/inputs.ts';
import { annotate } from './runner/log.ts';
import type { Outputs } from './runner/outputs.ts';

/** The analysis was asked for, and there is no result of it. */
export class NoResultError extends ActionError {
  readonly status: 'failed' | 'timeout';

  constructor(status: 'failed' | 'timeout', message: string, reason: FailureReason = 'incomplete') {
    super(reason, message);
    this.name = 'NoResultError';
    this.status = status;
  }
}

/** What was lost on the way, as having no result. Throws what is a fault of the inputs, or of this Action. */
export function noResultOf(error: unknown): NoResultError {
  if (error instanceof NoResultError) return error;
  if (error instanceof ActionError && (error.reason === 'incomplete' || error.reason === 'server')) {
    return new NoResultError('failed', error.message, error.reason);
  }
  throw error;
}

export function timedOut({ timeoutMs, depth }: Inputs, jobId: number): NoResultError {
  const minutes = Number((timeoutMs / 60_000).toFixed(2));
  const lesser = depth === 'quick' ? '' : ', or set analysis-depth to quick';
  return new NoResultError(
    'timeout',
    `The analysis was not done after ${minutes} minutes. Job ${jobId} goes on, and a new run of this workflow takes its result. Raise timeout-minutes${lesser}.`,
  );
}

/** Nothing is known to be wrong with the change: only who asked for a gate gets a failed step. */
export function endWithoutResult(outputs: Outputs, { failOn }: Inputs, error: NoResultError): void {
  outputs.set('status', error.status);
  outputs.set('summary', error.message);
  addNoteSummary(outputs, 'no result', error.message);
  if (failOn !== 'nothing') throw error;
  annotate('warning', error.message, { title: reasonTitles[error.reason] });
}
