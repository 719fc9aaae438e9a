import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkRequest } from '../openapi/check-request.ts';
import { githubDescription } from '../openapi/description.ts';
import type { Conduct } from './conduct.ts';
import type { FaultRule, Faults } from './faults.ts';
import type { Handler, WireAnswer } from './handler.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Violations } from './violations.ts';

export interface ExchangeOptions {
  handler: Handler;
  faults: Faults;
  conduct: Conduct;
  violations: Violations;
  log: RequestLog;
  now: () => number;
  /** Whether requests are checked against GitHub's OpenAPI description. */
  checks: boolean;
  htmlUrl: string | null;
  /** Waits until what a write set off has reached the hooks, when they are to overtake its answer. */
  beforeAnswer: () => Promise<void>;
}

/** Takes one request from the socket to its answer, or to the fault that was set for it. */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  async run(request: IncomingMessage, response: ServerResponse, base: string): Promise<void> {
    const { conduct, faults, log } = this.#options;
    const incoming = await readIncoming(request, base, this.#options.htmlUrl);
    const entry = this.#logEntry(incoming);
    log.add(entry);
    this.#inspect(incoming);
    const writing = incoming.isWrite ? conduct.beginWrite(incoming.method, incoming.path, incoming.token) : null;
    const done = (): void => {
      if (writing !== null && !writing.done) conduct.endWrite(incoming.token, writing);
    };
    response.once('close', () => {
      if (writing !== null && !writing.done) writing.givenUp = true;
      done();
    });
    const rule = faults.take(incoming.method, incoming.path, incoming.token);
    if (writing !== null) writing.held = rule !== null;
    if (rule?.delayMs !== undefined) await sleep(rule.delayMs);
    if (rule?.until !== undefined) await Promise.allSettled([rule.until]);
    const answer = await this.#answerFor(incoming, rule);
    if (answer === 'silence') return;
    if (answer === 'reset') {
      done();
      request.socket.resetAndDestroy();
      return;
    }
    entry.status = answer.status;
    conduct.noteAnswer(incoming.path, incoming.token, answer);
    done();
    if (rule?.kind === 'truncate') {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
      response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => request.socket.resetAndDestroy());
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async #answerFor(incoming: Incoming, rule: FaultRule | null): Promise<WireAnswer | 'silence' | 'reset'> {
    if (rule?.kind === 'reset_before') return 'reset';
    if (rule?.kind === 'status') return faultAnswer(rule);
    if (rule?.kind === 'hang') return 'silence';
    const answer = await this.#options.handler.handle(incoming);
    if (incoming.isWrite) await this.#options.beforeAnswer();
    if (rule?.kind === 'reset') return 'reset';
    return rule?.kind === 'timeout_after_write' ? 'silence' : answer;
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

function faultAnswer(rule: FaultRule): WireAnswer {
  const status = rule.status ?? 500;
  const body = rule.body ?? { message: 'Server Error' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  const lowerCase = Object.fromEntries(
    Object.entries(rule.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { status, headers: { 'content-type': type, ...lowerCase }, body: text };
}
