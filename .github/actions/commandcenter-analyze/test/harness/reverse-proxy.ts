import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A reverse proxy with an address that stays the same while servers behind it change. */
export interface ReverseProxy extends AsyncDisposable {
  url: string;
  /** Address that requests are forwarded to; null to respond with 502. */
  behind: string | null;
  /** `METHOD /path` of every request so far. */
  requests: string[];
  /** Handles a request instead of forwarding it if it returns true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null;
}

/**
 * Starts the proxy.
 *
 * @param certificate PEM; if given, the proxy uses https
 */
export async function openReverseProxy(certificate?: { cert: string; key: string }): Promise<ReverseProxy> {
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    proxy.requests.push(`${method} ${url}`);
    if ((await proxy.intercept?.(request, response)) === true) return;
    if (proxy.behind === null) return void response.writeHead(502, { 'content-type': 'text/html' }).end('Bad Gateway');
    const outgoing = forward(new URL(url, proxy.behind), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      // Pass an interrupted response on as an interrupted response.
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  };
  const server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: ReverseProxy = {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behind: null,
    requests: [],
    intercept: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
