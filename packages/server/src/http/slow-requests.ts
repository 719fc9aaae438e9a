import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { refuseUnparsable } from './unparsable-requests.ts';

export interface SlowRequestOptions {
  /** Time in ms within which the body of a request must have arrived. */
  limitMs: number;
  /** Returns true for the upload of a file, which only the server's own `requestTimeout` limits. */
  isUpload(request: IncomingMessage): boolean;
}

/**
 * Gives requests that are not uploads a shorter timeout, because a server has only one for all requests. The time of headers is limited
 * separately.
 */
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

/** Error of a request that arrives too slowly, with the code that Node uses for it. */
class SlowRequestError extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}
