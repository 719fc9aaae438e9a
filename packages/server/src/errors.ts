/** One wrong field of a request, with the error in words. */
export interface FieldError {
  /** JSON pointer to the wrong field, such as `/project_id`, in the body or in the query as an object. A missing field has one too. */
  pointer: string;
  /** Describes what is wrong with the field and the expected value, as a sentence that can follow the field's name. */
  message: string;
}

/** Most wrong fields that a response lists, which limits its size for a request with thousands of them. */
export const MOST_FIELD_ERRORS = 20;

export interface ApiErrorOptions {
  /** Wrong fields of the request, at most `MOST_FIELD_ERRORS`. */
  errors?: readonly FieldError[];
  /** Response headers that belong to the error, such as `retry-after` or `allow`. */
  headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document, such as `class`, `remedy` or `current_version`. */
  extensions?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * An error that says why a request cannot be carried out, and how to fix it. Any module may throw it; the HTTP layer sends it as RFC 9457
 * `application/problem+json`. `detail` is shown to the caller, so it must not hold a secret or an internal detail.
 */
export class ApiError extends Error {
  /** HTTP status of the error, 400 to 599. */
  readonly status: number;
  /** Stable code of the error for programs, such as `task.version_conflict`. */
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, detail: string, options: ApiErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }

  get detail(): string {
    return this.message;
  }
}

/** Returns the error 400 for a request that is not understood at all, before any field is checked. */
export const badRequest = (detail: string, code = 'request.malformed'): ApiError => new ApiError(400, code, detail);

/** Returns the error 401 for a request without valid authentication. */
export const unauthorized = (detail: string, code: string): ApiError =>
  new ApiError(401, code, detail, { headers: { 'www-authenticate': 'Bearer realm="CommandCenter"' } });

/** Returns the error 403 for a token without this scope. */
export const forbidden = (scope: string): ApiError =>
  new ApiError(
    403,
    'token.scope_missing',
    `This token lacks the scope "${scope}". Use a token that has it, or make one with POST /api/v1/tokens.`,
    {
      extensions: { required_scope: scope },
    },
  );

/**
 * Returns the error 404 for an object that does not exist, or whose project the token cannot see. `what` names the object, such as `task
 * 12`.
 */
export const notFound = (what: string, code = 'not_found'): ApiError =>
  new ApiError(404, code, `There is no ${what} that this token can see.`);

/** Returns the error 409 for a request that is valid but conflicts with the present state. */
export const conflict = (
  detail: string,
  code = 'conflict',
  extensions: Readonly<Record<string, unknown>> = {},
): ApiError => new ApiError(409, code, detail, { extensions });

/** Returns the error 412 for an object that was changed since the caller read it. `current` is its present version. */
export const preconditionFailed = (what: string, current: number): ApiError =>
  new ApiError(
    412,
    'version.changed',
    `The ${what} was changed meanwhile: it is at version ${current}. Read it again, then repeat the change with If-Match: "${current}".`,
    { extensions: { current_version: current } },
  );

/** Returns the error 422 for a well-formed request in which these fields are wrong. */
export const invalid = (errors: readonly FieldError[], code = 'request.invalid'): ApiError => {
  const [first] = errors;
  if (first === undefined) return new ApiError(422, code, 'The request is invalid.', { errors });
  const fault = `${first.pointer === '' ? 'the body' : first.pointer} ${first.message.replace(/\.$/, '')}.`;
  const leftOut = Math.max(0, errors.length - MOST_FIELD_ERRORS);
  const listed = leftOut === 0 ? '' : `, of which ${MOST_FIELD_ERRORS} are listed`;
  const detail = errors.length === 1 ? fault : `${errors.length} fields are wrong${listed}; the first: ${fault}`;
  return new ApiError(422, code, detail.charAt(0).toUpperCase() + detail.slice(1), {
    errors: errors.slice(0, MOST_FIELD_ERRORS),
    ...(leftOut === 0 ? {} : { extensions: { errors_left_out: leftOut } }),
  });
};

/** Returns the error 429, with the number of seconds after which the request may succeed. */
export const tooManyRequests = (detail: string, retryAfterSeconds: number, code = 'rate_limited'): ApiError =>
  new ApiError(429, code, detail, { headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) } });

/** 503: not possible just now, but after the given time. */
export const unavailable = (detail: string, retryAfterSeconds: number, code: string, cause?: unknown): ApiError =>
  new ApiError(503, code, detail, { headers: { 'retry-after': String(retryAfterSeconds) }, cause });

/** 404 for what a field of the body refers to. */
export const notFoundAt = (pointer: string, what: string, code = 'not_found'): ApiError =>
  new ApiError(404, code, `There is no ${what} that this token can see.`, {
    errors: [{ pointer, message: 'names nothing that this token can see' }],
  });
