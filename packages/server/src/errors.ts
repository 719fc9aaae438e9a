/** One wrong field of a request. */
export interface FieldError {
  /** JSON pointer into the body, or into the query as an object: `/project_id`, also of a missing field. */
  pointer: string;
  /** Describes the error and the expected value, as a sentence that can follow the field's name. */
  message: string;
}

/** Limits the size of the response to a request with thousands of wrong fields. */
export const MOST_FIELD_ERRORS = 20;

export interface ApiErrorOptions {
  /** Wrong fields, at most `MOST_FIELD_ERRORS`. */
  errors?: readonly FieldError[];
  /** Response headers that belong to the error: `retry-after`, `allow`. */
  headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document: `class`, `remedy`, `current_version`. */
  extensions?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * A request that cannot be carried out, with the way to fix it. Any module may throw it; the HTTP layer sends it as RFC 9457
 * `application/problem+json`. `detail` is shown to the caller, so it must not hold a secret or an internal detail.
 */
export class ApiError extends Error {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Stable, for programs: `task.version_conflict`. */
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

/** 400: not understood at all, before any field is looked at. */
export const badRequest = (detail: string, code = 'request.malformed'): ApiError => new ApiError(400, code, detail);

/** 401. */
export const unauthorized = (detail: string, code: string): ApiError =>
  new ApiError(401, code, detail, { headers: { 'www-authenticate': 'Bearer realm="CommandCenter"' } });

/** 403: the token lacks a scope. */
export const forbidden = (scope: string): ApiError =>
  new ApiError(
    403,
    'token.scope_missing',
    `This token lacks the scope "${scope}". Use a token that has it, or make one with POST /api/v1/tokens.`,
    {
      extensions: { required_scope: scope },
    },
  );

/** 404: unknown, or of a project that the token cannot see. `what` names it: `task 12`. */
export const notFound = (what: string, code = 'not_found'): ApiError =>
  new ApiError(404, code, `There is no ${what} that this token can see.`);

/** 409: right in itself, but not in the state things are in. */
export const conflict = (
  detail: string,
  code = 'conflict',
  extensions: Readonly<Record<string, unknown>> = {},
): ApiError => new ApiError(409, code, detail, { extensions });

/** 412: somebody else changed it first. `current` is the version it has now. */
export const preconditionFailed = (what: string, current: number): ApiError =>
  new ApiError(
    412,
    'version.changed',
    `The ${what} was changed meanwhile: it is at version ${current}. Read it again, then repeat the change with If-Match: "${current}".`,
    { extensions: { current_version: current } },
  );

/** 422: well-formed, but these fields are wrong. */
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

/** 429. */
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
