import { ActionError } from '../action-error.ts';
import {
  isTemporaryStatus,
  type RetryPolicy,
  requestedPauseMs,
  retry,
  retryPolicies,
  TemporaryFailure,
} from '../retry.ts';
import { version } from '../version.ts';
import type { Identity } from './identity.ts';
import { withoutResponse } from './unreachable.ts';

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
  /** Default: `request`. */
  policy?: RetryPolicy;
}

/**
 * Sends a request, and retries while the failure is temporary. Returns the last response, whatever its status. Throws `ActionError` if the
 * server cannot be reached.
 *
 * @param makeRequest called for every attempt, because the body of a request can be sent only once
 */
export type Send = (makeRequest: () => Request, options?: SendOptions) => Promise<Response>;

const TIMEOUT_MS = 30_000;

/** A response that may be another one later. */
class TemporaryResponse extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`status ${response.status}`);
    this.response = response;
  }
}

export function openTransport({ url, identity, signal }: TransportOptions): Send {
  const sendOnce = async (request: Request, timeoutMs: number): Promise<Response> => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await identity.token()}`);
    headers.set('user-agent', `commandcenter/${version} (action)`);
    const timeLimit = new AbortController();
    const timer = setTimeout(
      () => timeLimit.abort(new DOMException('no response within the time limit', 'TimeoutError')),
      timeoutMs,
    );
    try {
      return await fetch(request, {
        headers,
        // A redirect would turn a POST into a GET, and send the token to another address.
        redirect: 'manual',
        signal: AbortSignal.any([signal, request.signal, timeLimit.signal]),
      });
    } catch (error) {
      request.signal.throwIfAborted();
      throw withoutResponse(url, error);
    } finally {
      clearTimeout(timer);
    }
  };

  return async (makeRequest, { timeoutMs = TIMEOUT_MS, policy = retryPolicies.request } = {}) => {
    let mayRenew = policy.tries > 1;
    const attempt = async (): Promise<Response> => {
      const response = await sendOnce(makeRequest(), timeoutMs);
      const { status } = response;
      if (status >= 300 && status < 400) throw redirected(url, response);
      if (status === 401 && mayRenew && (await identity.renew())) {
        mayRenew = false;
        discard(response);
        return await attempt();
      }
      if (!isTemporaryStatus(status) && !isBusy(response)) return response;
      throw new TemporaryFailure(new TemporaryResponse(response), requestedPauseMs(response));
    };
    const responseOf = (error: Error): Response | undefined =>
      error instanceof TemporaryResponse ? error.response : undefined;
    try {
      return await retry(attempt, { policy, signal, onRetry: (error) => discard(responseOf(error)) });
    } catch (error) {
      const response = responseOf(error as Error);
      if (response === undefined) throw error;
      return response;
    }
  };
}

/** Frees the connection. A body that cannot be read any more is no reason to fail. */
const discard = (response: Response | undefined): void => {
  response?.body?.cancel().catch(() => undefined);
};

/** Returns true if the server is still working on the same request. */
const isBusy = ({ status, headers }: Response): boolean => status === 409 && headers.has('retry-after');

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
