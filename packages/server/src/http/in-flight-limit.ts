import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type ApiError, tooManyRequests } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for a route whose response stays open as long as the caller likes, and which has its own limit. */
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

/** The running requests of one token, separately for local requests and those that wait for other hosts. */
interface Places {
  most: number;
  taken: Set<RequestInFlight>;
  /** Functions that start the requests which wait for a place, in the order of their arrival. */
  waiting: Set<() => void>;
}

export interface InFlightLimitOptions {
  /** Most requests of one token that run at a time. */
  most: number;
  /** Longest time in ms that a further request waits for a place, by default 5,000. */
  waitMs?: number | undefined;
}

const DEFAULT_WAIT_MS = 5000;
const RETRY_AFTER_SECONDS = 1;
/** Limits for the requests of one token: most that wait for other hosts at a time, and most that wait for a place. */
const MOST_REMOTE = 256;
const MOST_WAITING = 256;

/** Returns the most requests of one token at a time, so that a fifth of the API's database connections stays for other tokens. */
export const requestsPerToken = (apiConnections: number): number => Math.max(1, Math.floor(apiConnections * 0.8));

/**
 * Lets a request wait while `most` others of its token are running, and refuses it when that takes too long. Must be added after
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
    // Routes that document a 502 wait for another host. Their requests have a separate limit, because they hold no database connection
    // during that time.
    const isRemote = operation?.errors?.includes(502) === true;
    const key = `${request.principal.key}${isRemote ? ' remote' : ''}`;
    const known = byToken.get(key);
    const places = known ?? { most: isRemote ? MOST_REMOTE : most, taken: new Set(), waiting: new Set() };
    byToken.set(key, places);
    // Remove ended requests here too, because no event reports a lost connection for a pipelined request that has not had its turn.
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

  // This hook runs for every response, also for one whose client has disconnected.
  app.addHook('onSend', async (request) => {
    if (request.inFlight === null) return;
    request.inFlight.isResponseMade = true;
    removeIfOver(request.inFlight);
  });
}

/**
 * Resolves when it is the request's turn. Rejects with ApiError 429 after `waitMs`, when the connection closes, and at once when too many
 * requests wait already.
 */
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

/**
 * Returns true when a request has ended. A request whose client disconnected goes on until its statements end, which their time limit
 * ensures.
 */
const isOver = ({ isResponseMade, response, socket }: RequestInFlight): boolean =>
  isResponseMade && (response.closed || socket.destroyed);
