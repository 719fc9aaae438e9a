import { IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { isDatabaseAway, isDatabaseBusy, isTimeLimit } from '../database/database-away.ts';
import { missingReference } from '../database/missing-reference.ts';
import { ApiError, badRequest, tooManyRequests, unavailable } from '../errors.ts';
import { IntegrationUnavailableError } from '../integrations/errors.ts';

/**
 * Converts an error into the one that the caller sees. Returns undefined for internal errors, whose details callers must not see.
 *
 * @param bodyLimit returns the greatest body size of the route in bytes
 */
export function apiErrorOf(error: unknown, bodyLimit: () => number): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof IntegrationError) return fromIntegration(error);
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && code.startsWith('FST_')) return fromFastify(code, error, bodyLimit);
  if (statusCode === 400) return badRequest('The request could not be understood.');
  if (isDatabaseAway(error)) {
    return unavailable('The database cannot be reached. Try again in a moment.', 2, 'database.unavailable', error);
  }
  if (isDatabaseBusy(error)) {
    return unavailable('Another change of the same objects came in between. Try again.', 1, 'database.busy', error);
  }
  if (isTimeLimit(error)) {
    return unavailable(
      'The database did not finish this within the time that one request may take. Narrow a list or a search, for example to one project; try anything else again in a moment.',
      2,
      'database.time_limit',
      error,
    );
  }
  const missing = missingReference(error);
  return missing === undefined ? undefined : deletedMeanwhile(missing, error);
}

/**
 * Returns the error for a referenced object that existed when the request was checked, and that another request deleted before this one
 * was done.
 */
const deletedMeanwhile = (what: string, cause: Error): ApiError =>
  new ApiError(
    404,
    what === 'project' ? 'project.unknown' : 'not_found',
    `The ${what} that this refers to was deleted while the request was worked on.`,
    { cause },
  );

function fromFastify(code: string, error: Error, bodyLimit: () => number): ApiError | undefined {
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError(
        415,
        'request.media_type',
        'This takes JSON. Send it with the header "Content-Type: application/json".',
      );
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError(
        413,
        'request.too_large',
        `The body is too large: at most ${inWords(bodyLimit())} is taken here.`,
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest('The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
      return badRequest('The address has a broken percent-encoding.', 'request.bad_url');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ApiError(414, 'request.url_too_long', 'A part of the address is too long.', { cause: error });
    default: {
      const { statusCode = 500 } = error as Error & { statusCode?: number };
      return statusCode < 500 ? badRequest('The request could not be understood.') : undefined;
    }
  }
}

/** Converts the error of an operation at the provider for which the caller waited. */
function fromIntegration(error: IntegrationError): ApiError {
  const extensions = { class: error.class, ...(error.hint === undefined ? {} : { remedy: error.hint }) };
  const detail = error.hint === undefined ? error.message : `${sentence(error.message)} ${error.hint}`;
  if (error instanceof IntegrationRateLimitError) {
    const seconds = (error.retryAt.getTime() - Date.now()) / 1000;
    const limited = tooManyRequests(detail, seconds, error.code);
    return new ApiError(429, error.code, detail, { headers: limited.headers, extensions, cause: error });
  }
  if (error instanceof IntegrationUnavailableError) {
    const seconds = error.retryAt === null ? 5 : Math.max(1, Math.ceil((error.retryAt.getTime() - Date.now()) / 1000));
    const status = statusOfReason[error.reason];
    const headers = status === 503 ? { 'retry-after': String(seconds) } : {};
    return new ApiError(status, error.code, detail, { headers, extensions, cause: error });
  }
  return new ApiError(statusOfClass[error.class], error.code, detail, { extensions, cause: error });
}

/** HTTP status for each reason for which an operation at the provider was not even tried. */
const statusOfReason = {
  disabled: 409,
  auth_blocked: 409,
  circuit_open: 503,
  unknown_type: 409,
  deleted: 404,
} as const;

const statusOfClass = {
  auth: 502,
  permission: 502,
  not_found: 404,
  validation: 422,
  rate_limit: 429,
  outage: 502,
  timeout: 504,
  connection: 502,
  bug: 500,
} as const;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const inWords = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.floor(bytes / 1024)} KiB` : `${Math.floor(bytes / 1024 / 1024)} MiB`;
