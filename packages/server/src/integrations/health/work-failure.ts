import { type IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../errors.ts';
import type { WorkFailure } from './retry-policy.ts';

/** Converts an error of an integration to the failure that the retry policy decides about. */
export function failureOf(error: IntegrationError): WorkFailure {
  if (error instanceof IntegrationRateLimitError) return { class: 'rate_limit', retryAt: error.retryAt };
  if (error instanceof IntegrationUnavailableError) {
    const { reason, retryAt } = error;
    return reason === 'circuit_open' ? { class: 'outage', retryAt } : { class: error.class, suspended: true };
  }
  return { class: error.class };
}
