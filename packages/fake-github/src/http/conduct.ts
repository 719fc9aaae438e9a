import type { IncomingHttpHeaders } from 'node:http';
import type { WireAnswer } from './handler.ts';
import type { Violations } from './violations.ts';

/** Requests that were on the wire before a client could know of a wait or of a lost connection. */
const graceMs = 50;

const graphqlPath = '/graphql';

export interface Writing {
  /** A fault keeps its answer back, so the client may well give it up. */
  held: boolean;
  done: boolean;
  /** The client closed the connection before it was answered. */
  givenUp: boolean;
}

interface Wait {
  /** Milliseconds since 1970. */
  until: number;
  /** Elapsed milliseconds when it was named. */
  namedAt: number;
}

export interface ConductOptions {
  violations: Violations;
  now: () => number;
  /** Milliseconds since any fixed moment, for the grace that requests get which are already on the wire. */
  elapsed: () => number;
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
    const keys = path === graphqlPath ? [token, `${token}${graphqlPath}`] : [token];
    for (const key of keys) {
      const wait = this.#waits.get(key);
      if (wait === undefined) continue;
      const now = this.#options.now();
      if (now >= wait.until) {
        this.#waits.delete(key);
      } else if (this.#options.elapsed() - wait.namedAt > graceMs) {
        const left = Math.ceil((wait.until - now) / 1000);
        this.#violation('request_during_wait', method, path, `The wait it was given has ${left} s left.`);
      }
    }
  }

  /** Remembers the wait that a refusal names, by `Retry-After` or by the reset of a limit that is used up. */
  noteAnswer(path: string, token: string, answer: WireAnswer): void {
    const { headers, status } = answer;
    // GraphQL refuses with 200, and for GraphQL alone.
    const graphql = status === 200 && path === graphqlPath && answer.body.includes('"type":"RATE_LIMITED"');
    if (status < 400 && !graphql) return;
    const until = namedWait(headers, status === 403 || status === 429 || graphql, this.#options.now());
    if (until === null) return;
    this.#waits.set(graphql ? `${token}${graphqlPath}` : token, { until, namedAt: this.#options.elapsed() });
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
      if (!other.held) {
        this.#violation('concurrent_write', method, path, detail);
        break;
      }
      // The client may have given the other one up in this very moment, and the news is still on its way.
      setTimeout(() => {
        if (!other.givenUp) this.#violation('concurrent_write', method, path, detail);
      }, graceMs).unref();
    }
    const writing: Writing = { held: false, done: false, givenUp: false };
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

/** The end of the wait in milliseconds since 1970; `Retry-After` is in seconds or a date. */
function namedWait(headers: Readonly<Record<string, string>>, limited: boolean, now: number): number | null {
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) {
    return /^\d+$/.test(retryAfter) ? now + Number(retryAfter) * 1000 : Date.parse(retryAfter);
  }
  const reset = headers['x-ratelimit-reset'];
  if (!limited || headers['x-ratelimit-remaining'] !== '0' || reset === undefined) return null;
  return Number(reset) * 1000;
}
