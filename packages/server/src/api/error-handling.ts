import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { PROBLEM_CONTENT_TYPE, problemBody } from '../http/problem.ts';
import { apiErrorOf } from './api-error-of.ts';

/** Sends every error as a problem document. Internal errors are logged with the request id that the response shows. */
export function addErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = apiErrorOf(error, () => request.routeOptions.bodyLimit);
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
