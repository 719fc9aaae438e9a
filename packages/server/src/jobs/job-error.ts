import { AnalysisError } from '@commandcenter/analyzer';
import { IntegrationError } from '@commandcenter/integration-kit';
import { ApiError } from '../errors.ts';
import { isDatabaseAway } from '../store/database-away.ts';

/** How a job shows why it failed; `retry` when the database was away and the job itself is not at fault. */
export function jobError(error: unknown): Record<string, unknown> | 'retry' {
  if (isDatabaseAway(error)) return 'retry';
  if (error instanceof IntegrationError) {
    const remedy = error.hint === undefined ? {} : { remedy: error.hint };
    return { code: error.code, class: error.class, detail: error.message, ...remedy };
  }
  if (error instanceof AnalysisError) {
    const remedy = error.hint === undefined ? {} : { remedy: error.hint };
    return { code: error.code, detail: error.message, ...remedy };
  }
  if (error instanceof ApiError) return { code: error.code, detail: error.detail };
  return { code: 'internal', class: 'bug', detail: 'Something failed that should not have. The log has it.' };
}
