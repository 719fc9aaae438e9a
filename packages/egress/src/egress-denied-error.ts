import { IntegrationError } from '@commandcenter/integration-kit';

/** Thrown for an address that may not be called: it is private, not https or contains a password. A connection attempt can throw it too. */
export class EgressDeniedError extends IntegrationError {
  constructor(message: string) {
    super(message, {
      class: 'connection',
      code: 'egress.denied',
      hint: 'If this host is meant to be reached, name it in EGRESS_ALLOW and restart.',
    });
  }
}
