import { setTimeout as sleep } from 'node:timers/promises';
import { assertEgressAllowed, classifyCallFailure, type EgressPolicy, readBounded } from '@commandcenter/egress';
import {
  type CallOptions,
  IntegrationError,
  IntegrationRateLimitError,
  type RateLimit,
} from '@commandcenter/integration-kit';
import { type Dispatcher, fetch as undiciFetch } from 'undici';
import type { CallKind, CredentialGate } from '../credentials/credential-gate.ts';
import type { SecretValues } from '../credentials/secret-values.ts';
import { backoff } from '../health/retry-policy.ts';
import { redactResponse } from './redact-response.ts';
import { followRedirect, type OutgoingRequest } from './redirect.ts';
import { readResponseLimits } from './response-limits.ts';

const DEFAULT_TIMEOUT_MS = 12_000;
const LONGEST_TIMEOUT_MS = 30_000;
/** Most attempts of a call: the first one and four repeats, after about 0.3, 0.6, 1.2 and 2.4 s. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 400;
const LONGEST_REDIRECT_CHAIN = 5;
/** Longest wait requested by the provider, in milliseconds, that a call waits for instead of failing. */
const LONGEST_SLEEP_MS = 5000;
const MOST_NAMED_WAITS = 3;

const repeatableMethods = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']);
const redirects = new Set([301, 302, 303, 307, 308]);

export interface OutgoingOptions {
  policy: EgressPolicy;
  dispatcher: Dispatcher;
  /** Sends one request without following redirects. Default: undici's fetch. */
  transport?: typeof undiciFetch | undefined;
  gate: CredentialGate;
  /** The known secrets of the operation. The credentials in the headers of its requests are added to them. */
  secrets: SecretValues;
  clock: { now(): Date };
  userAgent: string;
  /** Signal that aborts every call of the operation. */
  signal?: AbortSignal | undefined;
  onRateLimit?(limit: RateLimit): void;
  /** Called with the provider's time now, according to its Date header. The true time differs from it by at most `uncertaintyMs`. */
  onServerTime?(time: Date, uncertaintyMs: number): Promise<void>;
  /** Milliseconds before the first repeat, doubled for each further one. Default 400. */
  firstPauseMs?: number;
}

export type OutgoingFetch = (url: string, init?: RequestInit, options?: CallOptions) => Promise<Response>;

/** Creates the kit's `context.fetch`, which `IntegrationContext` documents. The whole body of a returned response is in memory. */
export function createOutgoingFetch(outgoing: OutgoingOptions): OutgoingFetch {
  return async (url, init = {}, options = {}) => {
    const request = await readRequest(url, init, outgoing.userAgent);
    outgoing.secrets.addHeaders(request.headers);
    const read = request.method === 'GET' || request.method === 'HEAD';
    const kind: CallKind = options.kind ?? (read ? 'read' : 'write');
    const repeatable = options.idempotent ?? repeatableMethods.has(request.method);
    const attempts = options.repeat === false ? 1 : ATTEMPTS;
    const longestSleepMs = options.repeat === false ? 0 : LONGEST_SLEEP_MS;
    const timeoutMs = Math.min(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS);
    const signal = AbortSignal.any([init.signal, outgoing.signal].filter((one) => one !== undefined && one !== null));

    let namedWaits = 0;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(outgoing, request, kind, timeoutMs, signal);
      const last = attempt >= attempts;
      if ('failure' in outcome) {
        const { error, passing, maybeSent } = outcome.failure;
        // A request that was never sent may be repeated, whatever its method.
        if (passing && !last && (repeatable || !maybeSent)) {
          await sleep(backoffMs(attempt, outgoing.firstPauseMs), undefined, { signal });
          continue;
        }
        throw kind !== 'read' && maybeSent ? asUncertain(error) : error;
      }
      const { response, limits, roundTripMs } = outcome;
      await afterResponse(kind, request, () => tellServerTime(outgoing, response, roundTripMs));
      const wait = limits.waitMs;
      const named = wait !== null && (limits.refused || (response.status >= 500 && repeatable));
      if (named) {
        namedWaits += 1;
        if (wait > longestSleepMs || namedWaits > MOST_NAMED_WAITS)
          throw namedWait(request, response, wait, outgoing.clock.now());
        // Continue without a pause: the credential's gate stays closed for the wait that the provider requested, so the next attempt
        // waits there.
        if (limits.refused) attempt -= 1;
        continue;
      }
      if (response.status >= 500 && response.status !== 501 && repeatable && !last) {
        await sleep(backoffMs(attempt, outgoing.firstPauseMs), undefined, { signal });
        continue;
      }
      return response;
    }
  };
}

type Outcome =
  | { failure: ReturnType<typeof classifyCallFailure> }
  | { response: Response; limits: ReturnType<typeof readResponseLimits>; roundTripMs: number };

async function attemptOnce(
  outgoing: OutgoingOptions,
  request: OutgoingRequest,
  kind: CallKind,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const leave = await outgoing.gate.pass(kind, signal);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const sentAt = outgoing.clock.now().getTime();
    let response: Response;
    try {
      response = await send(outgoing, request, AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      return { failure: classifyCallFailure(error, request.url.host, timeout.aborted, timeoutMs) };
    }
    const roundTripMs = outgoing.clock.now().getTime() - sentAt;
    const limits = readResponseLimits(response.status, response.headers, outgoing.clock.now());
    if (limits.rateLimit !== null) outgoing.onRateLimit?.(limits.rateLimit);
    const { waitMs } = limits;
    if (waitMs !== null && waitMs > 0) {
      const reason = `${request.url.host} asked for it (${response.status})`;
      await afterResponse(kind, request, () => outgoing.gate.block(waitMs, reason));
    }
    return { response, limits, roundTripMs };
  } finally {
    await leave();
  }
}

/**
 * Writes to the database because of a response. If that fails, the provider has carried out a write all the same, so the error is marked as
 * uncertain: the write must not be sent again before it was looked for.
 */
async function afterResponse(kind: CallKind, { url }: OutgoingRequest, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (kind === 'read') throw error;
    throw new IntegrationError(
      `${url.host} responded to a write, but the database could not store what follows from the response.`,
      {
        class: 'outage',
        uncertain: true,
        cause: error,
      },
    );
  }
}

/** The Date header was written between sending and receiving, and names the second that had begun. */
async function tellServerTime(outgoing: OutgoingOptions, response: Response, roundTripMs: number): Promise<void> {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  await outgoing.onServerTime?.(new Date(date + 500 + roundTripMs / 2), 500 + roundTripMs / 2);
}

/** Sends one request and follows redirects to the final response. */
async function send(outgoing: OutgoingOptions, first: OutgoingRequest, signal: AbortSignal): Promise<Response> {
  const { transport = undiciFetch, secrets } = outgoing;
  let request = first;
  for (let hops = 0; ; hops += 1) {
    assertEgressAllowed(outgoing.policy, request.url);
    const answer = await transport(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      dispatcher: outgoing.dispatcher,
      signal,
    });
    const location = answer.headers.get('location');
    if (!redirects.has(answer.status) || location === null) {
      return redactResponse(await readBounded(answer, request.url), secrets);
    }
    await answer.body?.cancel();
    if (hops >= LONGEST_REDIRECT_CHAIN) {
      throw new IntegrationError(`${first.url.host} redirects in a circle.`, {
        class: 'connection',
        status: answer.status,
      });
    }
    request = followRedirect(request, answer.status, location, secrets);
    // Wait for the credential's gate before every redirect, because each one is another request and the provider may have requested a
    // wait meanwhile.
    const leave = await outgoing.gate.pass('read', signal);
    await leave();
  }
}

/** Converts the arguments of fetch to a request whose body is in memory, so that it can be sent again. */
async function readRequest(url: string, init: RequestInit, userAgent: string): Promise<OutgoingRequest> {
  if (!URL.canParse(url))
    throw new IntegrationError(`"${url}" is not an address that can be called.`, { class: 'validation' });
  const { signal: _ended, ...rest } = init;
  const request = new Request(url, rest);
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  return { url: new URL(url), method: request.method, headers: { 'user-agent': userAgent, ...headers }, body };
}

const backoffMs = (attempt: number, firstMs = FIRST_PAUSE_MS): number =>
  backoff({ firstMs, factor: 2, longestMs: LONGEST_SLEEP_MS }, attempt - 1, Math.random());

const asUncertain = (error: IntegrationError): IntegrationError =>
  new IntegrationError(error.message, {
    class: error.class,
    code: error.code,
    uncertain: true,
    cause: error.cause,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });

const namedWait = (
  request: OutgoingRequest,
  response: Response,
  waitMs: number,
  now: Date,
): IntegrationRateLimitError =>
  new IntegrationRateLimitError(
    `${request.url.host} answered ${response.status} and asks to wait ${Math.ceil(waitMs / 1000)} s.`,
    new Date(now.getTime() + waitMs),
    { status: response.status, hint: 'It goes on by itself.' },
  );
