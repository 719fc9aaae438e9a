import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from './handler.ts';
import type { Violations } from './violations.ts';

/**
 * Milliseconds for which a request is tolerated after an event that the client could not know of yet: a response that asks it to wait, or
 * a lost connection.
 */
const graceMs = 50;

const graphqlPath = '/graphql';

export interface PendingWrite {
  /** True if a fault delays the response, because the client may then abort the request. */
  held: boolean;
  done: boolean;
  /** True if the client closed the connection before the response. */
  givenUp: boolean;
}

interface Wait {
  /** Time, in milliseconds since 1970, before which the client must not send another request. */
  until: number;
  /** Time, in milliseconds as returned by `elapsed`, at which a response asked the client to wait. */
  requestedAt: number;
}

export interface ClientMonitorOptions {
  violations: Violations;
  now: () => number;
  /**
   * Returns the milliseconds since any fixed moment. Requests that arrive shortly after a response that asks to wait are tolerated by
   * this clock, because they were already on their way.
   */
  elapsed: () => number;
  /** Pattern that the `User-Agent` header must match. */
  userAgent: RegExp;
}

/** Checks the behavior of a client: its headers, one write at a time per token, and no requests while it has to wait. */
export class ClientMonitor {
  readonly #options: ClientMonitorOptions;
  readonly #pendingWrites = new Map<string, Set<PendingWrite>>();
  readonly #waits = new Map<string, Wait>();

  constructor(options: ClientMonitorOptions) {
    this.#options = options;
  }

  checkHeaders(method: string, path: string, headers: IncomingHttpHeaders): void {
    const miss = (detail: string): void => this.#violation('missing_header', method, path, detail);
    if (!this.#options.userAgent.test(headers['user-agent'] ?? '')) {
      miss(`User-Agent is ${headers['user-agent'] ?? 'missing'}, not ${this.#options.userAgent}`);
    }
    if (!(headers.accept ?? '').includes('application/vnd.github+json')) {
      miss(`Accept is ${headers.accept ?? 'missing'}, not application/vnd.github+json`);
    }
    if (headers['x-github-api-version'] === undefined) miss('X-GitHub-Api-Version is missing');
  }

  checkUrl(method: string, path: string, rawUrl: string, token: string | null): void {
    const named = /[?&](access_token|token|client_secret)=/.test(rawUrl);
    if (named || (token !== null && rawUrl.includes(token))) {
      this.#violation('token_in_url', method, path, 'The URL carries a credential.');
    }
  }

  checkWait(method: string, path: string, token: string): void {
    const keys = path === graphqlPath ? [token, `${token}${graphqlPath}`] : [token];
    for (const key of keys) {
      const wait = this.#waits.get(key);
      if (wait === undefined) continue;
      const now = this.#options.now();
      if (now >= wait.until) {
        this.#waits.delete(key);
      } else if (this.#options.elapsed() - wait.requestedAt > graceMs) {
        const left = Math.ceil((wait.until - now) / 1000);
        this.#violation('request_during_wait', method, path, `The requested wait lasts for ${left} s more.`);
      }
    }
  }

  /**
   * Records how long the client has to wait according to an error response, by `Retry-After` or by the reset of an exhausted rate limit.
   */
  recordResponse(path: string, token: string, response: HttpResponse): void {
    const { headers, status } = response;
    // The GraphQL API refuses a request over its rate limit with status 200, and the limit applies only to GraphQL.
    const graphql = status === 200 && path === graphqlPath && response.body.includes('"type":"RATE_LIMITED"');
    if (status < 400 && !graphql) return;
    const until = requestedWait(headers, status === 403 || status === 429 || graphql, this.#options.now());
    if (until === null) return;
    this.#waits.set(graphql ? `${token}${graphqlPath}` : token, { until, requestedAt: this.#options.elapsed() });
  }

  /** Forgets how long clients have to wait, for tests that end a rate limit early. */
  forgetWaits(): void {
    this.#waits.clear();
  }

  beginWrite(method: string, path: string, token: string): PendingWrite {
    const others = this.#pendingWrites.get(token) ?? new Set<PendingWrite>();
    this.#pendingWrites.set(token, others);
    const detail = 'Another write of this token has no response yet.';
    for (const other of others) {
      if (!other.held) {
        this.#violation('concurrent_write', method, path, detail);
        break;
      }
      // Record two concurrent writes as a violation only after a moment: the client may have just aborted the earlier write, which this
      // process learns a little later.
      setTimeout(() => {
        if (!other.givenUp) this.#violation('concurrent_write', method, path, detail);
      }, graceMs).unref();
    }
    const writing: PendingWrite = { held: false, done: false, givenUp: false };
    others.add(writing);
    return writing;
  }

  endWrite(token: string, writing: PendingWrite): void {
    writing.done = true;
    const others = this.#pendingWrites.get(token);
    others?.delete(writing);
    if (others?.size === 0) this.#pendingWrites.delete(token);
  }

  #violation(
    kind: 'concurrent_write' | 'request_during_wait' | 'missing_header' | 'token_in_url',
    method: string,
    path: string,
    detail: string,
  ): void {
    this.#options.violations.add({ kind, method, path, detail, at: this.#options.now() });
  }
}

/**
 * Returns the time, in milliseconds since 1970, until which a response asks the client to wait, or null if it does not ask. `Retry-After`
 * contains seconds or a date.
 */
function requestedWait(headers: Readonly<Record<string, string>>, limited: boolean, now: number): number | null {
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) {
    return /^\d+$/.test(retryAfter) ? now + Number(retryAfter) * 1000 : Date.parse(retryAfter);
  }
  const reset = headers['x-ratelimit-reset'];
  if (!limited || headers['x-ratelimit-remaining'] !== '0' || reset === undefined) return null;
  return Number(reset) * 1000;
}
