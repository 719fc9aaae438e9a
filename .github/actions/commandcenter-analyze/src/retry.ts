import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryPolicy {
  /** Number of attempts, including the first. */
  tries: number;
  /** Milliseconds before the second attempt. Each further pause is twice as long. */
  firstPauseMs: number;
  /** Longest pause in milliseconds. */
  maxPauseMs: number;
  /** Decides what happens if the other side requests a longer pause: it is shortened, or there is no other attempt. */
  longerPause: 'shorten' | 'give up';
  /** Milliseconds after the first attempt from which there is no other one; default: no limit. */
  patienceMs?: number;
}

const MINUTE_MS = 60_000;

/** Everything that this Action tries again, and how often. */
export const retryPolicies = {
  /** A request to the server. */
  request: { tries: 5, firstPauseMs: 1000, maxPauseMs: MINUTE_MS, longerPause: 'shorten' },
  /** Additional information, or a request whose caller has an alternative. */
  once: { tries: 1, firstPauseMs: 0, maxPauseMs: 0, longerPause: 'give up' },
  /** Uploading the source, of which each attempt may take minutes. */
  upload: { tries: 3, firstPauseMs: 1000, maxPauseMs: MINUTE_MS, longerPause: 'shorten' },
  /** Exchanging an id token of GitHub for a token of the server. */
  token: { tries: 3, firstPauseMs: 2000, maxPauseMs: MINUTE_MS, longerPause: 'shorten' },
  /** A job whose server is being restarted or updated, after the attempts of `request`. */
  outage: {
    tries: Number.POSITIVE_INFINITY,
    firstPauseMs: 5000,
    maxPauseMs: 5000,
    longerPause: 'shorten',
    patienceMs: 5 * MINUTE_MS,
  },
  /** A request to GitHub. No comment is worth a longer wait. */
  github: { tries: 3, firstPauseMs: 1000, maxPauseMs: MINUTE_MS, longerPause: 'give up' },
  /** Creating a comment after looking for it, because the response to an earlier attempt was lost. */
  comment: { tries: 3, firstPauseMs: 1000, maxPauseMs: MINUTE_MS, longerPause: 'give up' },
} as const satisfies Record<string, RetryPolicy>;

/** Thrown by an attempt that may succeed later. If it was the last one, `error` is thrown instead. */
export class TemporaryFailure extends Error {
  readonly error: Error;
  /** The pause that the other side requests, in milliseconds; undefined if it requests none. */
  readonly pauseMs: number | undefined;

  constructor(error: Error, pauseMs?: number) {
    super(error.message, { cause: error });
    this.name = 'TemporaryFailure';
    this.error = error;
    this.pauseMs = pauseMs;
  }
}

export interface RetryOptions {
  policy: RetryPolicy;
  /** Ends a pause, and is thrown instead of the error that it caused in an attempt. */
  signal: AbortSignal;
  /** Called with the error of an attempt before the pause. */
  onRetry?(error: Error): void;
}

/** Repeats the attempt while it throws `TemporaryFailure` and the policy allows it. */
export async function retry<T>(attempt: () => Promise<T>, { policy, signal, onRetry }: RetryOptions): Promise<T> {
  const { tries, firstPauseMs, maxPauseMs, longerPause, patienceMs = Number.POSITIVE_INFINITY } = policy;
  const since = performance.now();
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof TemporaryFailure)) throw failure;
      const { error, pauseMs = firstPauseMs * 2 ** (count - 1) } = failure;
      const isTooLong = longerPause === 'give up' && pauseMs > maxPauseMs;
      if (count >= tries || isTooLong || performance.now() - since > patienceMs) throw error;
      onRetry?.(error);
      // The random part keeps many workflows from returning at the same moment.
      const pause = Math.min(pauseMs, maxPauseMs) * (1 + Math.random() / 4);
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Returns true for a status with which a server says that the same request may succeed later. */
export const isTemporaryStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Returns the pause that a response requests, in milliseconds; undefined if it requests none. */
export function requestedPauseMs({ headers }: Pick<Response, 'headers'>): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? seconds * 1000 : undefined;
}
