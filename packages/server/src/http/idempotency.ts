import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { ApiError, conflict, invalid } from '../errors.ts';
import type { Logger } from '../logging.ts';
import {
  completeIdempotencyKey,
  type IdempotencyKeyRef,
  releaseIdempotencyKey,
  takeIdempotencyKey,
} from './idempotency-key-queries.ts';

export interface IdempotencyDependencies {
  db: Database;
  clock: { now(): Date };
  log: Logger;
  /** Encryption of the stored responses that hold a secret. */
  keys: { encrypt(value: unknown): Promise<string>; decrypt<T>(jwe: string): Promise<T> };
}

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyKey: IdempotencyKeyRef | null;
  }
}

interface StoredResponse {
  body?: string;
  jwe?: string;
  location?: string;
}

const SHAPE = /^[\x21-\x7e]{1,255}$/;
const LONGEST_REQUEST_MS = 60_000;

/**
 * Supports `Idempotency-Key` on routes that create something: a repeated request gets the stored response for 24 hours. Only successful
 * responses are stored: a refused request changed nothing, and may be repeated with the same key.
 */
export function addIdempotency(app: FastifyInstance, dependencies: IdempotencyDependencies): void {
  const { db, clock, log, keys } = dependencies;
  app.decorateRequest('idempotencyKey', null);

  app.addHook('preHandler', async (request, reply) => {
    const header = request.headers['idempotency-key'];
    if (header === undefined || request.routeOptions.config.creates === undefined || request.principal === null) return;
    if (typeof header !== 'string' || !SHAPE.test(header)) {
      throw invalid([{ pointer: '/Idempotency-Key', message: 'must be 1 to 255 printable characters without spaces' }]);
    }
    const key = { principal: request.principal.key, key: header };
    const earlier = await takeIdempotencyKey(db, key, hashOf(request), clock.now());
    if (earlier.state === 'none') {
      request.idempotencyKey = key;
      return;
    }
    if (!earlier.sameRequest) {
      throw invalid(
        [
          {
            pointer: '/Idempotency-Key',
            message: 'was used with another request; take a new one for each thing to make',
          },
        ],
        'idempotency.key_reused',
      );
    }
    if (earlier.state === 'running') throw stillRunning(clock.now().getTime() - earlier.since.getTime());
    return sendKept(reply, earlier.status, earlier.response as StoredResponse);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const key = request.idempotencyKey;
    if (key === null) return;
    request.idempotencyKey = null;
    try {
      if (reply.statusCode >= 300 || typeof payload !== 'string') await releaseIdempotencyKey(db, key);
      else await completeIdempotencyKey(db, key, reply.statusCode, await kept(request, reply, payload));
    } catch (error) {
      // The work is done and its response is sent. A repeated request gets an error which says to check the result first.
      log.error({ err: error }, 'the response of an idempotent request was not saved');
    }
  });

  const kept = async (request: FastifyRequest, reply: FastifyReply, body: string): Promise<StoredResponse> => {
    const location = reply.getHeader('location');
    return {
      ...(request.routeOptions.config.creates === 'secret' ? { jwe: await keys.encrypt(body) } : { body }),
      ...(typeof location === 'string' ? { location } : {}),
    };
  };

  const sendKept = async (reply: FastifyReply, status: number, answer: StoredResponse): Promise<FastifyReply> => {
    const body = answer.jwe === undefined ? answer.body : await keys.decrypt<string>(answer.jwe);
    reply.code(status).type('application/json; charset=utf-8').header('idempotency-replayed', 'true');
    if (answer.location !== undefined) reply.header('location', answer.location);
    return reply.serializer((text: unknown) => String(text)).send(body);
  };
}

function stillRunning(elapsedMs: number): ApiError {
  if (elapsedMs < LONGEST_REQUEST_MS) {
    const error = conflict('A request with this Idempotency-Key is still being worked on.', 'idempotency.in_progress');
    return new ApiError(error.status, error.code, error.detail, { headers: { 'retry-after': '1' } });
  }
  return conflict(
    'The first request with this Idempotency-Key was cut off, and its answer was lost. Look whether it was done, then use a new key.',
    'idempotency.answer_lost',
  );
}

const hashOf = (request: FastifyRequest): Buffer =>
  createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
