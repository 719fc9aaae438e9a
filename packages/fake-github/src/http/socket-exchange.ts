import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Received } from './exchange.ts';
import type { FaultRule, Faults } from './faults.ts';
import type { WireAnswer } from './handler.ts';
import { readSocketRequest } from './incoming.ts';

/** Takes one request from the socket to its response, or to the fault that was set for it. */
export class SocketExchange {
  readonly #exchange: Exchange;
  readonly #faults: Faults;

  constructor(exchange: Exchange, faults: Faults) {
    this.#exchange = exchange;
    this.#faults = faults;
  }

  async run(request: IncomingMessage, response: ServerResponse, base: string): Promise<void> {
    const exchange = this.#exchange;
    const received = exchange.receive(await readSocketRequest(request), base);
    const { incoming, writing } = received;
    response.once('close', () => {
      if (writing !== null && !writing.done) writing.givenUp = true;
      exchange.endWrite(received);
    });
    const rule = this.#faults.take(incoming.method, incoming.path, incoming.token);
    if (writing !== null) writing.held = rule !== null;
    if (rule?.delayMs !== undefined) await sleep(rule.delayMs);
    if (rule?.until !== undefined) await Promise.allSettled([rule.until]);
    const outcome = await this.#outcome(received, rule);
    if (outcome === 'silence') return;
    if (outcome === 'reset') {
      exchange.endWrite(received);
      request.socket.resetAndDestroy();
      return;
    }
    const answer = exchange.finish(received, outcome);
    if (rule?.kind === 'truncate') {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
      response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => request.socket.resetAndDestroy());
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async #outcome(received: Received, rule: FaultRule | null): Promise<WireAnswer | 'silence' | 'reset'> {
    if (rule?.kind === 'reset_before') return 'reset';
    if (rule?.kind === 'status') return faultAnswer(rule);
    if (rule?.kind === 'hang') return 'silence';
    const answer = await this.#exchange.carryOut(received);
    if (rule?.kind === 'reset') return 'reset';
    return rule?.kind === 'timeout_after_write' ? 'silence' : answer;
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
