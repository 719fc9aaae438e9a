import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule, Faults } from './faults.ts';
import type { HttpResponse } from './handler.ts';
import { readSocketRequest } from './incoming-request.ts';
import type { ReceivedRequest, RequestPipeline } from './request-pipeline.ts';

/** Handles requests from sockets, including injected faults. */
export class SocketTransport {
  readonly #pipeline: RequestPipeline;
  readonly #faults: Faults;

  constructor(pipeline: RequestPipeline, faults: Faults) {
    this.#pipeline = pipeline;
    this.#faults = faults;
  }

  async run(request: IncomingMessage, response: ServerResponse, base: string): Promise<void> {
    const pipeline = this.#pipeline;
    const received = pipeline.receive(await readSocketRequest(request), base);
    const { incoming, writing } = received;
    response.once('close', () => {
      if (writing !== null && !writing.done) writing.givenUp = true;
      pipeline.endWrite(received);
    });
    const rule = this.#faults.take(incoming.method, incoming.path, incoming.token);
    if (writing !== null) writing.held = rule !== null;
    if (rule?.delayMs !== undefined) await sleep(rule.delayMs);
    if (rule?.until !== undefined) await Promise.allSettled([rule.until]);
    const outcome = await this.#outcome(received, rule);
    if (outcome === 'silence') return;
    if (outcome === 'reset') {
      pipeline.endWrite(received);
      request.socket.resetAndDestroy();
      return;
    }
    const output = pipeline.finish(received, outcome);
    if (rule?.kind === 'truncate') {
      response.writeHead(output.status, { ...output.headers, 'content-length': Buffer.byteLength(output.body) });
      response.write(output.body.slice(0, Math.floor(output.body.length / 2)), () => request.socket.resetAndDestroy());
      return;
    }
    response.writeHead(output.status, output.headers);
    response.end(output.body);
  }

  async #outcome(received: ReceivedRequest, rule: FaultRule | null): Promise<HttpResponse | 'silence' | 'reset'> {
    if (rule?.kind === 'reset_before') return 'reset';
    if (rule?.kind === 'status') return faultResponse(rule);
    if (rule?.kind === 'hang') return 'silence';
    const output = await this.#pipeline.execute(received);
    if (rule?.kind === 'reset') return 'reset';
    return rule?.kind === 'timeout_after_write' ? 'silence' : output;
  }
}

function faultResponse(rule: FaultRule): HttpResponse {
  const status = rule.status ?? 500;
  const body = rule.body ?? { message: 'Server Error' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  const lowerCase = Object.fromEntries(
    Object.entries(rule.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { status, headers: { 'content-type': type, ...lowerCase }, body: text };
}
