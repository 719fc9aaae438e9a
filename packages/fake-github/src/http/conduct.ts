import type { IncomingHttpHeaders } from 'node:http';
import type { Violations } from './violations.ts';

/** Requests that were on the wire before a client could know of a wait or of a lost connection. */
const graceMs = 50;

export interface Writing {
  /** Set by a fault that leaves the client without an answer: only the client can end it. */
  abandoned: boolean;
  done: boolean;
}

interface Wait {
  /** Milliseconds since 1970. */
  until: number;
  /** `performance.now()` when it was named. */
  namedAt: number;
}

export interface ConductOptions {
  violations: Violations;
  now: () => number;
  /** What `User-Agent` must look like. */
  userAgent: RegExp;
}

/** Watches how a client behaves: its headers, one write at a time per token, silence while it was told to wait. */
export class Conduct {
  readonly #options: ConductOptions;
  readonly #writing = new Map<string, Set<Writing>>();
  readonly #waits = new Map<string, Wait>();

  constructor(options: ConductOptions) {
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
    const wait = this.#waits.get(token);
    if (wait === undefined) return;
    const now = this.#options.now();
    if (now >= wait.until) {
      this.#waits.delete(token);
    } else if (performance.now() - wait.namedAt > graceMs) {
      const left = Math.ceil((wait.until - now) / 1000);
      this.#violation('request_during_wait', method, path, `The wait it was given has ${left} s left.`);
    }
  }

  /** Remembers the wait that an answer with 403, 429 or 503 names, if it does. */
  noteAnswer(token: string, status: number, headers: Readonly<Record<string, string>>): void {
    if (status !== 403 && status !== 429 && status !== 503 && headers['x-ratelimit-remaining'] !== '0') return;
    const retryAfter = headers['retry-after'];
    const reset = headers['x-ratelimit-remaining'] === '0' && status !== 200 ? headers['x-ratelimit-reset'] : undefined;
    const until =
      retryAfter !== undefined
        ? this.#options.now() + Number(retryAfter) * 1000
        : reset === undefined
          ? null
          : Number(reset) * 1000;
    if (until !== null) this.#waits.set(token, { until, namedAt: performance.now() });
  }

  /** Forgets every wait, when a test ends the limit that named it. */
  forgetWaits(): void {
    this.#waits.clear();
  }

  beginWrite(method: string, path: string, token: string): Writing {
    const others = this.#writing.get(token) ?? new Set<Writing>();
    this.#writing.set(token, others);
    const detail = 'Another write of this token was not answered yet.';
    for (const other of others) {
      if (!other.abandoned) {
        this.#violation('concurrent_write', method, path, detail);
        break;
      }
      // The client may have given the other one up in this very moment, and the news is still on its way.
      setTimeout(() => {
        if (!other.done) this.#violation('concurrent_write', method, path, detail);
      }, graceMs).unref();
    }
    const writing: Writing = { abandoned: false, done: false };
    others.add(writing);
    return writing;
  }

  endWrite(token: string, writing: Writing): void {
    writing.done = true;
    const others = this.#writing.get(token);
    others?.delete(writing);
    if (others?.size === 0) this.#writing.delete(token);
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
