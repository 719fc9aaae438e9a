import { IntegrationError } from '@commandcenter/integration-kit';

/** The address is private, not https, or otherwise not to be called. Also thrown in the middle of a connect. */
export class EgressDeniedError extends IntegrationError {
  constructor(message: string) {
    super(message, {
      class: 'connection',
      code: 'egress.denied',
      hint: 'If this host is meant to be reached, name it in EGRESS_ALLOW and restart.',
    });
  }
}
