import { setTimeout as sleep } from 'node:timers/promises';
import { ActionError } from '../action-error.ts';
import { version } from '../version.ts';
import type { Identity } from './identity.ts';

export interface TransportOptions {
  /** Of the server. */
  url: string;
  identity: Identity;
  /** The step is cancelled. */
  signal: AbortSignal;
}

export interface SendOptions {
  /** Of one try, until its answer begins. */
  timeoutMs?: number;
  /** Default: five. */
  tries?: number;
}

/** Sends a request until it is answered by something else than a passing fault. Throws `ActionError` when it cannot be. */
export type Send = (request: Request, options?: SendOptions) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const passing = new Set([408, 429, 500, 502, 503, 504]);
/** Waiting does not mend them. */
const lasting = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|ERR_INVALID|bad port/;

export function openTransport({ url, identity, signal }: TransportOptions): Send {
  const once = async (request: Request, timeoutMs: number, isLast: boolean): Promise<Response> => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await identity.token()}`);
    headers.set('user-agent', `commandcenter/${version} (action)`);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
    try {
      // A copy keeps what is sent in memory until it is sent too: not for what is sent once.
      return await fetch(isLast ? request : request.clone(), {
        headers,
        // A redirect would make a GET of a POST, and carry the token on.
        redirect: 'manual',
        signal: AbortSignal.any([signal, request.signal, patience.signal]),
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
        response = await once(request, timeoutMs, tries === 1);
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
        if (!passing.has(status) && !isBusy(response)) return response;
        if (attempt >= tries) return response;
      } else if (attempt >= tries || lasting.test(reasonOf(failure))) throw unreachable(url, failure);
      const pauseMs = pauseOf(response, attempt);
      await response?.body?.cancel();
      await sleep(pauseMs, undefined, { signal });
    }
  };
}

/** The same request is being worked on, or will be in a moment. */
const isBusy = ({ status, headers }: Response): boolean => status === 409 && headers.has('retry-after');

/** What the server asks for, or twice as long each time; a little more for each, so that a hundred workflows do not come back at once. */
function pauseOf(response: Response | undefined, attempt: number): number {
  const asked = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1000;
  const pause = Number.isNaN(asked) ? FIRST_PAUSE_MS * 2 ** (attempt - 1) : asked;
  return Math.min(pause, LONGEST_PAUSE_MS) * (1 + Math.random() / 4);
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}

export function unreachable(url: string, error: unknown): ActionError {
  const reason = reasonOf(error);
  const remedy = /CERT|SELF_SIGNED|UNABLE_TO/.test(reason)
    ? 'Its certificate is not one that the runner trusts: set NODE_EXTRA_CA_CERTS at this step to the file of your authority'
    : 'Check the address, that the server runs, and that the runner gets to it';
  return new ActionError('server', `commandcenter-url: ${url} does not answer (${reason}). ${remedy}.`, {
    cause: error,
  });
}

function redirected(url: string, { headers, status }: Response): ActionError {
  const location = headers.get('location') ?? '';
  const to = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const shown = to === undefined ? 'somewhere else' : to.origin;
  const isSecure =
    url.startsWith('http://') && to?.protocol === 'https:' && to.host.split(':')[0] === new URL(url).hostname;
  return new ActionError(
    'input',
    isSecure
      ? `commandcenter-url: ${url} leads to ${shown}. Set it to that: a token is not sent over plain http first.`
      : `commandcenter-url: ${url} leads to ${shown} (${status}), which is followed by nobody who sends a token. Set it to the address of CommandCenter itself, behind whatever signs people in.`,
  );
}
