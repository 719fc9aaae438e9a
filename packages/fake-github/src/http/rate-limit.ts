import { ApiError } from '../errors.ts';
import type { Token } from '../state/model.ts';

const hour = 3_600_000;

export type Resource = 'core' | 'graphql';

interface Window {
  used: number;
  /** End of the window, after which requests are counted anew, in milliseconds since 1970. */
  resetAt: number;
}

export interface PrimaryLimit {
  /** The token that is limited. Default: every token. */
  token?: string;
  /** Seconds until the limit ends. Default: 60. */
  resetInSeconds?: number;
  /** The kind of requests that is limited. Default: `core`, which is REST. */
  resource?: Resource;
}

export interface SecondaryLimit {
  token?: string;
  /** Duration of the limit in seconds; default 60. */
  seconds?: number;
  /** Status of the refusal; default 403. On GitHub, GraphQL uses 200 or 403 instead. */
  status?: 403 | 429;
  /** True if the refusal has a `Retry-After` header; default true. */
  retryAfter?: boolean;
  /** Methods whose requests are refused; default all. */
  methods?: readonly string[];
}

interface SecondaryInForce extends SecondaryLimit {
  until: number;
}

/** Counts requests per token and hour, and refuses them like GitHub when the limit is reached or a test sets a limit. */
export class RateLimit {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();
  #exhausted: { token: string | undefined; resource: Resource; resetAt: number }[] = [];
  #secondary: SecondaryInForce[] = [];

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  exhaust(limit: PrimaryLimit): void {
    const resetAt = this.#now() + (limit.resetInSeconds ?? 60) * 1000;
    // GitHub reports whole seconds, so the limit must end at exactly the reported second.
    const whole = Math.ceil(resetAt / 1000) * 1000;
    this.#exhausted.push({ token: limit.token, resource: limit.resource ?? 'core', resetAt: whole });
  }

  limitSecondary(limit: SecondaryLimit): void {
    this.#secondary.push({ ...limit, until: this.#now() + (limit.seconds ?? 60) * 1000 });
  }

  clear(): void {
    this.#exhausted = [];
    this.#secondary = [];
    this.#windows.clear();
  }

  /** Throws a refusal if a secondary limit applies. */
  checkSecondary(token: string, method: string): void {
    const now = this.#now();
    this.#secondary = this.#secondary.filter((limit) => limit.until > now);
    const limit = this.#secondary.find(
      (candidate) =>
        (candidate.token === undefined || candidate.token === token) &&
        (candidate.methods === undefined || candidate.methods.includes(method)),
    );
    if (limit === undefined) return;
    const seconds = String(Math.ceil((limit.until - now) / 1000));
    throw new ApiError(
      limit.status ?? 403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      { headers: limit.retryAfter === false ? {} : { 'retry-after': seconds } },
    );
  }

  /** Counts one request. Returns false if the primary limit is reached. */
  spend(token: string, resource: Resource): boolean {
    const window = this.#window(token, resource);
    if (this.#isExhausted(token, resource) !== undefined || window.used >= this.#limit) return false;
    window.used += 1;
    return true;
  }

  /** Takes back the count of one request, because a conditional request with response 304 costs nothing. */
  refund(token: string, resource: Resource): void {
    const window = this.#window(token, resource);
    // A new hour may have begun since the request was counted.
    window.used = Math.max(0, window.used - 1);
  }

  status(token: string, resource: Resource): { limit: number; used: number; remaining: number; reset: number } {
    const exhausted = this.#isExhausted(token, resource);
    const window = this.#window(token, resource);
    const used = exhausted === undefined ? window.used : this.#limit;
    const reset = Math.ceil((exhausted?.resetAt ?? window.resetAt) / 1000);
    return { limit: this.#limit, used, remaining: this.#limit - used, reset };
  }

  headers(token: string, resource: Resource): Record<string, string> {
    const { limit, used, remaining, reset } = this.status(token, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    };
  }

  #isExhausted(token: string, resource: Resource): { resetAt: number } | undefined {
    const now = this.#now();
    this.#exhausted = this.#exhausted.filter((entry) => entry.resetAt > now);
    return this.#exhausted.find(
      (entry) => entry.resource === resource && (entry.token === undefined || entry.token === token),
    );
  }

  #window(token: string, resource: Resource): Window {
    const key = `${resource} ${token}`;
    const now = this.#now();
    const current = this.#windows.get(key);
    if (current !== undefined && current.resetAt > now) return current;
    const window: Window = { used: 0, resetAt: now + hour };
    this.#windows.set(key, window);
    return window;
  }
}

export function primaryLimitMessage(token: Token | null): string {
  return token === null ? 'API rate limit exceeded.' : `API rate limit exceeded for user ID ${token.account.id}.`;
}
