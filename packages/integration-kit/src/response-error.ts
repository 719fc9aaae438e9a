import {
  IntegrationAuthError,
  IntegrationError,
  IntegrationNotFoundError,
  IntegrationRateLimitError,
} from './errors.ts';

const LEAST_RATE_LIMIT_WAIT_MS = 60_000;

/**
 * Returns the error for a response that is not 2xx; its class follows from the status, which is also in the message.
 *
 * @param what subject of the message, such as `The token endpoint`
 * @param now time from which a wait in Retry-After counts; without that header a 429 means a wait of 60 s
 */
export function errorForStatus(
  response: Pick<Response, 'status' | 'headers'>,
  what: string,
  now: Date = new Date(),
): IntegrationError {
  const { status } = response;
  const message = `${what} answered ${status}.`;
  if (status === 401)
    return new IntegrationAuthError(message, { status, hint: 'Check the credential and give a new one.' });
  if (status === 403)
    return new IntegrationError(message, {
      class: 'permission',
      status,
      hint: 'Give the credential the permission it lacks.',
    });
  if (status === 404 || status === 410) return new IntegrationNotFoundError(message, { status, gone: status === 410 });
  if (status === 429) {
    const wait = retryAfterMs(response.headers.get('retry-after'), now) ?? LEAST_RATE_LIMIT_WAIT_MS;
    return new IntegrationRateLimitError(message, new Date(now.getTime() + wait), { status });
  }
  if (status >= 500) return new IntegrationError(message, { class: 'outage', status });
  return new IntegrationError(message, { class: 'validation', status });
}

/** Throws the error of `errorForStatus` if the status is not 2xx. */
export function raiseForStatus(response: Response): void {
  if (!response.ok) throw errorForStatus(response, response.url === '' ? 'The provider' : new URL(response.url).host);
}

/**
 * Returns the milliseconds to wait according to a Retry-After header, which has seconds or a date
 * (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3); null if the header is absent or unreadable.
 */
export function retryAfterMs(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
