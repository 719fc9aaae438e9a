import { type RateLimit, retryAfterMs } from '@commandcenter/integration-kit';

const LEAST_WAIT_MS = 60_000;
/** Milliseconds added to the wait for a rate limit's reset, because the reset is given in whole seconds. */
const RESET_MARGIN_MS = 1000;

/** Rate limit of a provider as its response headers state it. GitHub, GitLab, Linear and others share these headers. */
export interface ResponseLimits {
  rateLimit: RateLimit | null;
  /** Milliseconds during which no further request may be sent; null if there is no wait. */
  waitMs: number | null;
  /** True if the provider refused the request because of a limit, so that it had no effect. */
  refused: boolean;
}

export function readResponseLimits(status: number, headers: Headers, now: Date): ResponseLimits {
  const rateLimit = readRateLimit(headers);
  const exhausted = rateLimit !== null && rateLimit.remaining === 0;
  const untilReset = exhausted
    ? Math.max(0, Date.parse(rateLimit.resetAt) - serverTime(headers, now)) + RESET_MARGIN_MS
    : null;
  const retryAfter = status >= 400 ? retryAfterMs(headers.get('retry-after'), now) : null;
  const refused = status === 429 || (status === 403 && (retryAfter !== null || exhausted));
  return { rateLimit, waitMs: retryAfter ?? untilReset ?? (status === 429 ? LEAST_WAIT_MS : null), refused };
}

function readRateLimit(headers: Headers): RateLimit | null {
  const number = (name: string): number | null => {
    const text = headers.get(name);
    return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
  };
  const limit = number('x-ratelimit-limit');
  const remaining = number('x-ratelimit-remaining');
  const reset = number('x-ratelimit-reset');
  if (limit === null || remaining === null || reset === null) return null;
  return {
    limit,
    remaining,
    resetAt: new Date(reset * 1000).toISOString(),
    resource: headers.get('x-ratelimit-resource') ?? 'core',
  };
}

/**
 * Returns the time of the provider's clock from the Date header, or ours without one, so that a wrong clock here neither shortens nor
 * lengthens a wait.
 */
function serverTime(headers: Headers, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? now.getTime() : date;
}
