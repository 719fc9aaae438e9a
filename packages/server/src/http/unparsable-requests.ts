import type { Socket } from 'node:net';
import { ApiError } from '../errors.ts';
import { PROBLEM_CONTENT_TYPE, problemBody } from './problem.ts';

/**
 * Responds to bytes that are not HTTP, have too large headers or arrive too slowly. The response is written to the socket, because Node
 * has no request object for them.
 */
export function refuseUnparsable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refused =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new ApiError(
          431,
          'request.headers_too_large',
          'The address and the headers of the request are too large: 16 KiB together are taken.',
        )
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new ApiError(408, 'request.timeout', 'The request did not arrive in time.')
        : new ApiError(400, 'request.malformed', 'This is not an HTTP request that can be understood.');
  const body = JSON.stringify(problemBody(refused));
  socket.end(
    [
      `HTTP/1.1 ${refused.status} ${problemBody(refused).title}`,
      `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // Destroy the socket after the response, because Node keeps its other half open for a client that continues to send.
  socket.destroySoon();
}
