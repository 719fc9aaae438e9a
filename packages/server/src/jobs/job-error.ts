import { AnalysisError } from '@commandcenter/analyzer';
import { IntegrationError } from '@commandcenter/integration-kit';
import { isDatabaseAway } from '../database/database-away.ts';
import { ApiError } from '../errors.ts';
import type { JobError } from './job.ts';

/** Returns the error that the job shows; `retry` when the database was away and the job itself is not the cause. */
export function jobError(error: unknown): JobError | 'retry' {
  return isDatabaseAway(error) ? 'retry' : describeError(error);
}

/** An error as a failed job shows it. */
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
