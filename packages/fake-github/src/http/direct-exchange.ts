import type { Exchange } from './exchange.ts';
import { readWebRequest } from './incoming.ts';

/** Statuses whose responses have no body at all. */
const bodiless = new Set([204, 304]);

/** Carries out one request without a socket. Fault rules do not apply, and redirects are returned as they are. */
export async function exchangeDirectly(exchange: Exchange, request: Request, base: string): Promise<Response> {
  const received = exchange.receive(await readWebRequest(request), base);
  try {
    const { status, headers, body } = exchange.finish(received, await exchange.carryOut(received));
    return new Response(bodiless.has(status) ? null : body, { status, headers });
  } finally {
    exchange.endWrite(received);
  }
}
