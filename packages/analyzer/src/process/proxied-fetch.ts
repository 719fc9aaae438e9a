import { describeFetchError } from '../fetch-error.ts';
import type { Call, CallResult, FromChild } from './messages.ts';

/** Maximum number of requests for which the child may be waiting. */
const MAX_CALLS = 64;
const MAX_RESPONSE_BYTES = 32 * 1024 ** 2;

/**
 * Creates a `fetch` for the child process, which has no network access of its own: the parent sends the requests with
 * its address guard and time limits.
 */
export function createProxiedFetch(send: (message: FromChild) => void): {
  fetch: typeof fetch;
  receive(id: number, result: CallResult): void;
} {
  const waiting = new Map<number, PromiseWithResolvers<Response>>();
  let nextId = 0;
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      if (waiting.size >= MAX_CALLS) throw new TypeError(`More than ${MAX_CALLS} calls at once.`);
      const body = request.body === null ? null : await request.text();
      const call: Call = {
        url: request.url,
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body,
      };
      const id = nextId++;
      const response = Promise.withResolvers<Response>();
      waiting.set(id, response);
      const abort = (): void => {
        send({ kind: 'cancel_call', id });
        response.reject(request.signal.reason);
      };
      request.signal.addEventListener('abort', abort, { once: true });
      send({ kind: 'call', id, call });
      try {
        return await response.promise;
      } finally {
        waiting.delete(id);
        request.signal.removeEventListener('abort', abort);
      }
    },
    receive(id, result) {
      const response = waiting.get(id);
      if (response === undefined) return;
      if ('failed' in result) response.reject(new TypeError(result.failed));
      else {
        const empty = result.status === 204 || result.status === 304 || result.body.length === 0;
        const body = empty ? null : Buffer.from(result.body);
        response.resolve(new Response(body, { status: result.status, headers: result.headers }));
      }
    },
  };
}

/** Sends a request for the child process. Never throws. */
export async function performCall(call: Call, doFetch: typeof fetch, signal: AbortSignal): Promise<CallResult> {
  try {
    const response = await doFetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body,
      signal,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    if (body.length > MAX_RESPONSE_BYTES) return { failed: `The answer has more than ${MAX_RESPONSE_BYTES} bytes.` };
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    return { failed: describeFetchError(error) };
  }
}
