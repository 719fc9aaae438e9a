import { checkRequest } from '../openapi/check-request.ts';
import { githubDescription } from '../openapi/description.ts';
import type { Conduct, Writing } from './conduct.ts';
import type { Handler, WireAnswer } from './handler.ts';
import { type Incoming, parseIncoming, type RawRequest } from './incoming.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Violations } from './violations.ts';

export interface ExchangeOptions {
  handler: Handler;
  conduct: Conduct;
  violations: Violations;
  log: RequestLog;
  /** Milliseconds since 1970. */
  now: () => number;
  /** True when requests are checked against GitHub's OpenAPI description. */
  checks: boolean;
  htmlUrl: string | null;
  /** Waits until what a write set off has reached the hooks, when they are to overtake its response. */
  beforeAnswer: () => Promise<void>;
}

/** A request between its arrival and its response. */
export interface Received {
  readonly incoming: Incoming;
  readonly entry: LoggedRequest;
  /** Null for a read. */
  readonly writing: Writing | null;
}

/** The steps of one request that every transport shares: log and checks, carrying it out, the response. */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Logs and checks a request; `base` is the URL of this server. */
  receive(raw: RawRequest, base: string): Received {
    const { conduct, htmlUrl, log } = this.#options;
    const incoming = parseIncoming(raw, base, htmlUrl);
    const entry = this.#logEntry(incoming);
    log.add(entry);
    this.#inspect(incoming);
    const writing = incoming.isWrite ? conduct.beginWrite(incoming.method, incoming.path, incoming.token) : null;
    return { incoming, entry, writing };
  }

  async carryOut(received: Received): Promise<WireAnswer> {
    const answer = await this.#options.handler.handle(received.incoming);
    if (received.incoming.isWrite) await this.#options.beforeAnswer();
    return answer;
  }

  /** Ends the exchange with this response, which gets its `Date` by the clock of this GitHub. */
  finish(received: Received, answer: WireAnswer): WireAnswer {
    const { conduct, now } = this.#options;
    const { incoming, entry } = received;
    entry.status = answer.status;
    conduct.noteAnswer(incoming.path, incoming.token, answer);
    this.endWrite(received);
    return { ...answer, headers: { date: new Date(now()).toUTCString(), ...answer.headers } };
  }

  /** From now on another write of the same token is not concurrent with this one. */
  endWrite({ incoming, writing }: Received): void {
    if (writing !== null && !writing.done) this.#options.conduct.endWrite(incoming.token, writing);
  }

  #inspect(incoming: Incoming): void {
    const { checks, conduct, now, violations } = this.#options;
    const { method, path, token } = incoming;
    conduct.checkHeaders(method, path, incoming.headers);
    conduct.checkUrl(method, path, incoming.rawUrl, token === '' ? null : token);
    conduct.checkWait(method, path, token);
    if (!checks || path === '/graphql') return;
    const body = incoming.parsed.kind === 'json' ? incoming.parsed.value : undefined;
    for (const problem of checkRequest(githubDescription(), { method, path, query: incoming.query, body })) {
      violations.add({ ...problem, method, path, at: now() });
    }
  }

  #logEntry(incoming: Incoming): LoggedRequest {
    const { parsed } = incoming;
    return {
      method: incoming.method,
      path: incoming.path,
      query: Object.fromEntries(incoming.query),
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      status: 0,
      at: this.#options.now(),
      tokenTail: incoming.token.slice(-4),
      body: parsed.kind === 'json' ? parsed.value : parsed.kind === 'malformed' ? incoming.bodyText : null,
    };
  }
}
