import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { PROBLEM_CONTENT_TYPE, problemBody, toApiError } from './problem.ts';

/** Returns every error as a problem document. Internal errors are logged with the id that the response shows. */
export function addErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toApiError(error, () => request.routeOptions.bodyLimit);
  if (known === undefined) request.log.error({ err: error }, 'request failed');
  else if (known.status >= 500) request.log.warn({ err: known.cause ?? known }, 'request failed');
  const answered =
    known ??
    new ApiError(
      500,
      'internal',
      `Something failed here that should not have. The log has it under request id ${request.id}.`,
      { extensions: { request_id: request.id } },
    );
  return reply
    .code(answered.status)
    .headers(answered.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .serializer(JSON.stringify)
    .send(problemBody(answered));
}

/**
 * Responds to bytes that are not HTTP, have too large headers or arrive too slowly. Node has no request for them, so the response is
 * written to the socket.
 */
export function answerUnparsable(error: Error & { code?: string }, socket: Socket): void {
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
  // Node keeps the other half of the connection open for a client that goes on sending.
  socket.destroySoon();
}
