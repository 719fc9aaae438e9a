import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type ApiError, tooManyRequests } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Stays open as long as its caller likes: it has a limit of its own. */
    isStream?: true;
  }
  interface FastifyRequest {
    inFlight: RequestInFlight | null;
  }
}

interface RequestInFlight {
  places: Places;
  response: ServerResponse;
  socket: Socket;
  isResponseMade: boolean;
}

/** The requests of one token and of one kind that are under way. */
interface Places {
  most: number;
  taken: Set<RequestInFlight>;
  /** Requests that wait for a place, in their order. */
  waiting: Set<() => void>;
}

export interface InFlightLimitOptions {
  /** Requests of one token at a time. */
  most: number;
  /** The longest time that a further request waits for a place. */
  waitMs?: number | undefined;
}

const DEFAULT_WAIT_MS = 5000;
const RETRY_AFTER_SECONDS = 1;
/** Requests of one token that wait for other hosts at a time, and requests that wait for a place. */
const MOST_REMOTE = 256;
const MOST_WAITING = 256;

/** One token leaves a fifth of the API's connections to the others. */
export const requestsPerToken = (apiConnections: number): number => Math.max(1, Math.floor(apiConnections * 0.8));

/**
 * Lets a request wait while `most` others of its token are under way, and refuses it when that takes too long. Must be added after
 * authentication and idempotency.
 */
export function addInFlightLimit(app: FastifyInstance, { most, waitMs = DEFAULT_WAIT_MS }: InFlightLimitOptions): void {
  const byToken = new Map<string, Places>();
  app.decorateRequest('inFlight', null);

  const removeIfOver = (request: RequestInFlight): void => {
    const { places } = request;
    if (!isOver(request) || !places.taken.delete(request)) return;
    const [next] = places.waiting;
    next?.();
  };

  app.addHook('onRequest', async (request, reply) => {
    const { isStream, operation } = request.routeOptions.config;
    if (request.principal === null || isStream === true) return;
    // While it waits for another host, whose failure is a 502, a request holds no connection to the database.
    const isRemote = operation?.errors?.includes(502) === true;
    const key = `${request.principal.key}${isRemote ? ' remote' : ''}`;
    const known = byToken.get(key);
    const places = known ?? { most: isRemote ? MOST_REMOTE : most, taken: new Set(), waiting: new Set() };
    byToken.set(key, places);
    // No event reports the loss of the connection for a pipelined request that has not had its turn.
    for (const other of [...places.taken]) removeIfOver(other);
    if (places.taken.size >= places.most) await placeOf(places, request.raw.socket, waitMs);
    const added = { places, response: reply.raw, socket: request.raw.socket, isResponseMade: false };
    places.taken.add(added);
    request.inFlight = added;
    reply.raw.once('close', () => {
      removeIfOver(added);
      if (places.taken.size === 0 && places.waiting.size === 0) byToken.delete(key);
    });
  });

  // Called for every response, also for one that nobody is there to receive.
  app.addHook('onSend', async (request) => {
    if (request.inFlight === null) return;
    request.inFlight.isResponseMade = true;
    removeIfOver(request.inFlight);
  });
}

/** Resolves when it is the request's turn. Rejects with ApiError 429 after `waitMs`, and at once when too many wait already. */
function placeOf(places: Places, socket: Socket, waitMs: number): Promise<void> {
  if (places.waiting.size >= MOST_WAITING) return Promise.reject(tooMany(places.most));
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off('close', refuse);
      places.waiting.delete(start);
      settle();
    };
    const start = (): void => end(resolve);
    const refuse = (): void => end(() => reject(tooMany(places.most)));
    const timer = setTimeout(refuse, waitMs);
    socket.once('close', refuse);
    places.waiting.add(start);
  });
}

const tooMany = (most: number): ApiError =>
  tooManyRequests(
    `${most} requests of this token are under way, as many as one token may have at a time (four fifths of DATABASE_POOL_API; ${MOST_REMOTE} of those that wait for another host). Send this one again when one of them has ended.`,
    RETRY_AFTER_SECONDS,
    'token.requests_in_flight',
  );

/** A caller that goes away leaves its statements running: until they end, which their time limit sees to, the request goes on. */
const isOver = ({ isResponseMade, response, socket }: RequestInFlight): boolean =>
  isResponseMade && (response.closed || socket.destroyed);
