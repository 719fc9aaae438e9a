import type { ApiError } from '../errors.ts';

/** Media type of problem documents (RFC 9457). */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

const titles: Record<number, string> = {
  400: 'Malformed request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Invalid',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'Bad response from the provider',
  503: 'Not available now',
  504: 'No response from the provider',
};

/** A refused request: an `ApiError`, or the same without a stack, which takes time that an attacker could cause. */
type Refusal = Pick<ApiError, 'status' | 'code' | 'detail'> & Partial<Pick<ApiError, 'errors' | 'extensions'>>;

/** Builds the problem document of every response of this server that is an error. */
export function problemBody({ status, code, detail, errors, extensions }: Refusal): Record<string, unknown> {
  return {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code,
    detail,
    ...(errors === undefined ? {} : { errors }),
    ...extensions,
  };
}
