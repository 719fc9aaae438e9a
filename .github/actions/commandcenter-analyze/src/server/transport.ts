import { setTimeout as sleep } from 'node:timers/promises';
import { ActionError } from '../action-error.ts';
import { version } from '../version.ts';
import type { Identity } from './identity.ts';
import { reasonOf, unreachable } from './unreachable.ts';

export interface TransportOptions {
  /** Address of the CommandCenter server. */
  url: string;
  identity: Identity;
  /** Signal that is aborted when the step is cancelled. */
  signal: AbortSignal;
}

export interface SendOptions {
  /** Time limit in milliseconds for one attempt, until the response begins. */
  timeoutMs?: number;
  /** Largest number of attempts; default 5. */
  tries?: number;
}

/** Sends a request, and retries while the failure is temporary. Throws `ActionError` if the server cannot be reached. */
export type Send = (request: Request, options?: SendOptions) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
const temporaryStatuses = new Set([408, 429, 500, 502, 503, 504]);
/** Matches failures of a connection that waiting does not fix, such as an invalid certificate. */
const permanentFailures =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|ERR_INVALID|bad port/;

export function openTransport({ url, identity, signal }: TransportOptions): Send {
  const sendOnce = async (request: Request, timeoutMs: number, isLast: boolean): Promise<Response> => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await identity.token()}`);
    headers.set('user-agent', `commandcenter/${version} (action)`);
    const timeLimit = new AbortController();
    const timer = setTimeout(
      () => timeLimit.abort(new DOMException('no response within the time limit', 'TimeoutError')),
      timeoutMs,
    );
    try {
      // A clone keeps the sent body in memory, so the last attempt sends the request itself.
      return await fetch(isLast ? request : request.clone(), {
        headers,
        // A redirect would turn a POST into a GET, and send the token to another address.
        redirect: 'manual',
        signal: AbortSignal.any([signal, request.signal, timeLimit.signal]),
      });
    } finally {
      clearTimeout(timer);
    }
  };

  return async (request, { timeoutMs = TIMEOUT_MS, tries = TRIES } = {}) => {
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      let response: Response | undefined;
      let failure: unknown;
      try {
        response = await sendOnce(request, timeoutMs, tries === 1);
      } catch (error) {
        signal.throwIfAborted();
        request.signal.throwIfAborted();
        if (error instanceof ActionError) throw error;
        failure = error;
      }
      if (response !== undefined) {
        const { status } = response;
        if (status >= 300 && status < 400) throw redirected(url, response);
        if (status === 401 && tries > 1 && !renewed && (await identity.renew())) {
          renewed = true;
          await response.body?.cancel();
          continue;
        }
        if (!temporaryStatuses.has(status) && !isBusy(response)) return response;
        if (attempt >= tries) return response;
      } else if (attempt >= tries || permanentFailures.test(reasonOf(failure))) throw unreachable(url, failure);
      const pauseMs = pauseOf(response, attempt);
      await response?.body?.cancel();
      await sleep(pauseMs, undefined, { signal });
    }
  };
}

/** Returns true if the server is still working on the same request, which an earlier attempt sent. */
const isBusy = ({ status, headers }: Response): boolean => status === 409 && headers.has('retry-after');

/**
 * Returns the milliseconds to wait before the next attempt: as the server requests, or doubled with every attempt. A random part keeps
 * many workflows from returning at the same moment.
 */
function pauseOf(response: Response | undefined, attempt: number): number {
  const requestedMs = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1000;
  const pause = Number.isNaN(requestedMs) ? FIRST_PAUSE_MS * 2 ** (attempt - 1) : requestedMs;
  return Math.min(pause, MAX_PAUSE_MS) * (1 + Math.random() / 4);
}

function redirected(url: string, { headers, status }: Response): ActionError {
  const location = headers.get('location') ?? '';
  const to = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const shown = to === undefined ? 'another address' : to.origin;
  const isSecure =
    url.startsWith('http://') && to?.protocol === 'https:' && to.host.split(':')[0] === new URL(url).hostname;
  return new ActionError(
    'input',
    isSecure
      ? `commandcenter-url: ${url} redirects to ${shown}. Use that address, because a token is never sent over plain http.`
      : `commandcenter-url: ${url} redirects to ${shown} (${status}). Redirects are not followed, because they would get the token. Set the address of CommandCenter itself, behind any sign-in page.`,
  );
}
