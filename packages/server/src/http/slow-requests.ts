import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { refuseUnparsable } from './unparsable-requests.ts';

export interface SlowRequestOptions {
  /** A request must have arrived within this… */
  limitMs: number;
  /** …but for one of these, which is a file: the server's own `requestTimeout` limits it. */
  isUpload(request: IncomingMessage): boolean;
}

/** A server has one time-out for all requests; this gives those that are no uploads a shorter one. Headers have their own. */
export function limitSlowRequests(server: Server, { limitMs, isUpload }: SlowRequestOptions): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return;
    if (isUpload(request)) return;
    const timer = setTimeout(() => {
      if (response.headersSent) request.destroy();
      else refuseUnparsable(new SlowRequestError(), request.socket);
    }, limitMs).unref();
    request.once('close', () => clearTimeout(timer));
  });
}

/** As Node names it. */
class SlowRequestError extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}
