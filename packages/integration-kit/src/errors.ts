/**
 * What went wrong with an operation at the other side. The class alone decides what happens next: whether it is tried again,
 * whether it counts towards auto-disable, and what a person is told to do.
 */
export type ErrorClass =
  | 'auth'
  | 'permission'
  | 'not_found'
  | 'validation'
  | 'rate_limit'
  | 'outage'
  | 'timeout'
  | 'connection'
  | 'bug';

export interface IntegrationErrorOptions {
  /** Stable, for programs: `github.bad_credentials`. */
  code?: string;
  class?: ErrorClass;
  /** What a person can do about it, in one sentence. */
  hint?: string;
  /** HTTP status of the other side's answer, where there was one. */
  status?: number;
  /** The write may have happened although no answer was seen: look before sending it again. */
  uncertain?: boolean;
  /** Of class auth: access may return without a change here (a suspended installation), so the connection is tested again from time to time. */
  recheck?: boolean;
  cause?: unknown;
}

/** Any failure of an integration. Without a class it has its cause's; without either it is a bug of the integration. */
export class IntegrationError extends Error {
  readonly code: string;
  readonly class: ErrorClass;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly uncertain: boolean;
  readonly recheck: boolean;

  constructor(message: string, options: IntegrationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.class = options.class ?? (options.cause instanceof IntegrationError ? options.cause.class : 'bug');
    this.code = options.code ?? `integration.${this.class}`;
    this.hint = options.hint;
    this.status = options.status;
    this.uncertain = options.uncertain ?? false;
    this.recheck = options.recheck ?? false;
  }
}

/** The credential is missing, wrong, expired or revoked. */
export class IntegrationAuthError extends IntegrationError {
  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { ...options, class: 'auth' });
  }
}

/** The other side named a wait. No request of the same credential goes out before `retryAt`. */
export class IntegrationRateLimitError extends IntegrationError {
  readonly retryAt: Date;

  constructor(message: string, retryAt: Date, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { ...options, class: 'rate_limit' });
    this.retryAt = retryAt;
  }
}

/** The item, repository or resource is not there (404, 410), or the credential may not see it. */
export class IntegrationNotFoundError extends IntegrationError {
  /**
   * True when the other side said 410, false when it said 404. A 410 may also mean that the repository's items are switched off, and a 404
   * that the credential lost access, so the server reads the repository with `getRepository` before it takes an item for deleted.
   */
  readonly gone: boolean;

  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> & { gone?: boolean } = {}) {
    super(message, { ...options, class: 'not_found' });
    this.gone = options.gone ?? false;
  }
}

/** A webhook's payload lacks what handling it needs. The delivery ends `failed` with this message and can be replayed. */
export class UnusablePayloadError extends IntegrationError {
  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { code: 'integration.unusable_payload', ...options, class: 'validation' });
  }
}
