import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A reverse proxy, as stands before most servers: an address that stays, whatever is behind it. */
export interface Detour extends AsyncDisposable {
  url: string;
  /** Where requests go; null: nothing is there, which is answered with 502. */
  behind: string | null;
  /** `METHOD /path` of each so far. */
  requests: string[];
  /** Answers instead, where it answers true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null;
}

/** @param certificate PEM; with it the address is one of https */
export async function openDetour(certificate?: { cert: string; key: string }): Promise<Detour> {
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    detour.requests.push(`${method} ${url}`);
    if ((await detour.intercept?.(request, response)) === true) return;
    if (detour.behind === null) return void response.writeHead(502, { 'content-type': 'text/html' }).end('Bad Gateway');
    const outgoing = forward(new URL(url, detour.behind), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      // It broke off behind: it breaks off before.
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  };
  const server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const detour: Detour = {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behind: null,
    requests: [],
    intercept: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return detour;
}
