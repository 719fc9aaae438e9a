import { type ErrorClass, IntegrationError } from '@commandcenter/integration-kit';

export type UnavailableReason = 'disabled' | 'auth_blocked' | 'circuit_open' | 'unknown_type' | 'deleted';

/**
 * Thrown for an operation that was not tried, because the integration is disabled, deleted, of an unknown type or waiting for a new
 * credential, or because its provider is down.
 */
export class IntegrationUnavailableError extends IntegrationError {
  readonly reason: UnavailableReason;
  /** Time from which another attempt makes sense; null if a person or the prober has to act first. */
  readonly retryAt: Date | null;

  constructor(
    reason: UnavailableReason,
    message: string,
    options: { class: ErrorClass; retryAt?: Date | null; hint?: string },
  ) {
    super(message, {
      class: options.class,
      code: `integration.${reason}`,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
    });
    this.reason = reason;
    this.retryAt = options.retryAt ?? null;
  }
}
