/**
 * Class of a failure. It alone decides what happens next: whether the operation is retried, whether the failure counts towards disabling
 * the integration, and what a person is told to do.
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
  /** Stable code of the error for programs, such as `github.bad_credentials`. */
  code?: string;
  class?: ErrorClass;
  /** One sentence that tells a person how to fix the error. */
  hint?: string;
  /** HTTP status of the provider's response, if there was one. */
  status?: number;
  /** True if a write may have happened although no response arrived. The caller looks for its result before sending it again. */
  uncertain?: boolean;
  /**
   * For class `auth`: true if access may return without a change on our side, as after a suspended installation, so that the server tests
   * the connection again from time to time.
   */
  recheck?: boolean;
  cause?: unknown;
}

/** Any failure of an integration. Its class is the given one, else that of its cause, else `bug`. */
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

/** Thrown when the credential is missing, wrong, expired or revoked. */
export class IntegrationAuthError extends IntegrationError {
  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { ...options, class: 'auth' });
  }
}

/** Thrown when the provider requests a wait. No process sends a request with the same credential before `retryAt`. */
export class IntegrationRateLimitError extends IntegrationError {
  readonly retryAt: Date;

  constructor(message: string, retryAt: Date, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { ...options, class: 'rate_limit' });
    this.retryAt = retryAt;
  }
}

/** Thrown when the item, repository or resource does not exist (404, 410), or the credential may not see it. */
export class IntegrationNotFoundError extends IntegrationError {
  /**
   * True if the status was 410, false if it was 404. A 410 may also mean that issues are disabled in the repository, and a 404 that the
   * credential lost access, so the server reads the repository with `getRepository` before it treats an item as deleted.
   */
  readonly gone: boolean;

  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> & { gone?: boolean } = {}) {
    super(message, { ...options, class: 'not_found' });
    this.gone = options.gone ?? false;
  }
}

/**
 * Thrown when a webhook's payload lacks something that is needed to handle it. The delivery becomes `failed` with this message and can be
 * replayed.
 */
export class UnusablePayloadError extends IntegrationError {
  constructor(message: string, options: Omit<IntegrationErrorOptions, 'class'> = {}) {
    super(message, { code: 'integration.unusable_payload', ...options, class: 'validation' });
  }
}
