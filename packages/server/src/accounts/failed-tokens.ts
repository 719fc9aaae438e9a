import { createHash } from 'node:crypto';
import { quotaExceeded } from '../database/quotas.ts';
import { RecentCache } from '../recent-cache.ts';

export interface FailedTokens {
  /** Throws ApiError 429 when the client has sent too many unknown tokens and this token has not been accepted recently. */
  check(client: string, token: string): void;
  accepted(token: string): void;
  failed(client: string): void;
}

const LIMIT = 3000;
const WINDOW_MS = 60_000;
const MOST_CLIENTS = 10_000;
const MOST_ACCEPTED = 10_000;

/**
 * Limits the unknown tokens that one client may have looked up in the database. A recently accepted token keeps working from a limited
 * address, so that a client cannot lock out others behind the same address.
 */
export function createFailedTokens(now: () => number = () => performance.now()): FailedTokens {
  const failures = new RecentCache<string, { since: number; count: number }>(MOST_CLIENTS);
  const acceptedTokens = new RecentCache<string, true>(MOST_ACCEPTED);

  const current = (client: string): { since: number; count: number } => {
    const known = failures.get(client);
    return known !== undefined && now() - known.since < WINDOW_MS ? known : { since: now(), count: 0 };
  };

  return {
    check(client, token) {
      const { count, since } = current(client);
      if (count < LIMIT || acceptedTokens.get(digestOf(token)) !== undefined) return;
      throw quotaExceeded({
        name: 'failed_tokens',
        owner: 'An address',
        limit: LIMIT,
        noun: 'unknown tokens a minute',
        remedy: 'Check the token, and try again later.',
        retryAfter: Math.max(1, Math.ceil((since + WINDOW_MS - now()) / 1000)),
      });
    },
    accepted(token) {
      acceptedTokens.set(digestOf(token), true);
    },
    failed(client) {
      const { since, count } = current(client);
      failures.set(client, { since, count: count + 1 });
    },
  };
}

/** Returns the digest under which a token is remembered, so that memory does not hold the token itself. */
const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');
