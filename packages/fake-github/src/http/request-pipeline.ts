import { checkRequest } from '../openapi/check-request.ts';
import { githubDescription } from '../openapi/description.ts';
import type { ClientMonitor, PendingWrite } from './client-monitor.ts';
import type { Handler, HttpResponse } from './handler.ts';
import { type IncomingRequest, parseRequest, type RawRequest } from './incoming-request.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Violations } from './violations.ts';

export interface RequestPipelineOptions {
  handler: Handler;
  monitor: ClientMonitor;
  violations: Violations;
  log: RequestLog;
  /** Returns milliseconds since 1970. */
  now: () => number;
  /** True if requests are checked against GitHub's OpenAPI description. */
  checks: boolean;
  htmlUrl: string | null;
  /** Waits until the webhooks of a write have been delivered, if they are to arrive before its response. */
  beforeResponse: () => Promise<void>;
}

/** A request that has no response yet. */
export interface ReceivedRequest {
  readonly incoming: IncomingRequest;
  readonly entry: LoggedRequest;
  /** The write in the records of the client monitor; null if the request is a read. */
  readonly writing: PendingWrite | null;
}

/** The steps of a request that every transport shares: log, checks, execution and response. */
export class RequestPipeline {
  readonly #options: RequestPipelineOptions;

  constructor(options: RequestPipelineOptions) {
    this.#options = options;
  }

  /** Logs and checks a request. `base` is the URL of this server. */
  receive(raw: RawRequest, base: string): ReceivedRequest {
    const { monitor, htmlUrl, log } = this.#options;
    const incoming = parseRequest(raw, base, htmlUrl);
    const entry = this.#logEntry(incoming);
    log.add(entry);
    this.#inspect(incoming);
    const writing = incoming.isWrite ? monitor.beginWrite(incoming.method, incoming.path, incoming.token) : null;
    return { incoming, entry, writing };
  }

  async execute(received: ReceivedRequest): Promise<HttpResponse> {
    const response = await this.#options.handler.handle(received.incoming);
    if (received.incoming.isWrite) await this.#options.beforeResponse();
    return response;
  }

  /** Completes a request with this response, and adds a `Date` header from the clock of the fake GitHub. */
  finish(received: ReceivedRequest, response: HttpResponse): HttpResponse {
    const { monitor, now } = this.#options;
    const { incoming, entry } = received;
    entry.status = response.status;
    monitor.recordResponse(incoming.path, incoming.token, response);
    this.endWrite(received);
    return { ...response, headers: { date: new Date(now()).toUTCString(), ...response.headers } };
  }

  /** Marks the write as finished, so that the token's next write does not count as concurrent. */
  endWrite({ incoming, writing }: ReceivedRequest): void {
    if (writing !== null && !writing.done) this.#options.monitor.endWrite(incoming.token, writing);
  }

  #inspect(incoming: IncomingRequest): void {
    const { checks, monitor, now, violations } = this.#options;
    const { method, path, token } = incoming;
    monitor.checkHeaders(method, path, incoming.headers);
    monitor.checkUrl(method, path, incoming.rawUrl, token === '' ? null : token);
    monitor.checkWait(method, path, token);
    if (!checks || path === '/graphql') return;
    const body = incoming.parsed.kind === 'json' ? incoming.parsed.value : undefined;
    for (const problem of checkRequest(githubDescription(), { method, path, query: incoming.query, body })) {
      violations.add({ ...problem, method, path, at: now() });
    }
  }

  #logEntry(incoming: IncomingRequest): LoggedRequest {
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
