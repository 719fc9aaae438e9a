import { type ErrorClass, IntegrationError } from '@commandcenter/integration-kit';

export type UnavailableReason = 'disabled' | 'auth_blocked' | 'circuit_open' | 'unknown_type' | 'deleted';

/** The operation was not tried: the integration is disabled, waits for a new credential, or its other side is down. */
export class IntegrationUnavailableError extends IntegrationError {
  readonly reason: UnavailableReason;
  /** When trying again makes sense; null when a person (or the prober) has to act first. */
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
