import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A reverse proxy with an address that stays the same while servers behind it change. */
export interface ReverseProxy extends AsyncDisposable {
  url: string;
  /** Address to which requests are forwarded; null to respond with 502. */
  behind: string | null;
  /** All requests so far, as `METHOD /path`. */
  requests: string[];
  /** Called before each request. If it returns true, it has handled the request, which is then not forwarded. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null;
}

/**
 * Starts the proxy.
 *
 * @param certificate certificate and key as PEM, with which the proxy uses https
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
      // Interrupt the response to the client if the server's response was interrupted.
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
