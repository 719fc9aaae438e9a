/** One entry of the list `errors` in GitHub's 422 responses. */
export interface ValidationDetail {
  resource: string;
  field?: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  message?: string;
  value?: unknown;
}

interface ApiErrorOptions {
  errors?: ValidationDetail[];
  headers?: Record<string, string>;
  /** Body of the response, in place of the usual `{ message, documentation_url, status }`. */
  body?: Record<string, unknown>;
}

/** Thrown to send an error response in GitHub's form: `{ message, errors?, documentation_url, status }`. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: ValidationDetail[] | undefined;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown> | undefined;

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.body = options.body;
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found');

export const validationFailed = (...errors: ValidationDetail[]): ApiError =>
  new ApiError(422, 'Validation Failed', { errors });

/** A problem that GitHub's GraphQL API reports in `errors[]` with status 200. */
export class GraphQLFailure extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'GraphQLFailure';
    this.type = type;
  }
}

export type FixtureErrorCode = 'unknown_reference' | 'already_exists' | 'not_listening' | 'wrong_argument';

/** Thrown if a test or benchmark uses the fake GitHub in an impossible way, for example with an issue of an unknown repository. */
export class FixtureError extends Error {
  readonly code: FixtureErrorCode;
  readonly hint: string;

  constructor(code: FixtureErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'FixtureError';
    this.code = code;
    this.hint = hint;
  }
}
