import { AnalysisError } from '@commandcenter/analyzer';
import { IntegrationError } from '@commandcenter/integration-kit';
import { isDatabaseAway } from '../database/database-away.ts';
import { ApiError } from '../errors.ts';
import type { JobError } from './job.ts';

/** Returns the error of a job that failed, or `retry` when the cause is an unavailable database and not the job. */
export function jobError(error: unknown): JobError | 'retry' {
  return isDatabaseAway(error) ? 'retry' : describeError(error);
}

/** Converts an error into the form that a failed job shows. Details of an unexpected error stay in the log. */
export function describeError(error: unknown): JobError {
  if (error instanceof IntegrationError) {
    const remedy = error.hint === undefined ? {} : { remedy: error.hint };
    return { code: error.code, class: error.class, detail: error.message, ...remedy };
  }
  if (error instanceof AnalysisError) {
    const remedy = error.hint === undefined ? {} : { remedy: error.hint };
    return { code: error.code, detail: error.message, ...remedy };
  }
  if (error instanceof ApiError) {
    const { code, detail, extensions } = error;
    const { class: errorClass, remedy } = extensions;
    return {
      code,
      detail,
      ...(typeof errorClass === 'string' ? { class: errorClass } : {}),
      ...(typeof remedy === 'string' ? { remedy } : {}),
    };
  }
  return { code: 'internal', class: 'bug', detail: 'Something failed that should not have. The log has it.' };
}
