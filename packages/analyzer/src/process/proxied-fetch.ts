import { describeFetchError } from '../fetch-error.ts';
import type { Call, CallResult, FromChild } from './messages.ts';

/** Maximum number of requests for which the child may be waiting. */
const MOST_CALLS = 64;
const LARGEST_ANSWER = 32 * 1024 ** 2;

/**
 * Creates a `fetch` for the child process, which has no network access of its own: the parent sends the requests with
 * its address guard and time limits.
 */
export function createProxiedFetch(send: (message: FromChild) => void): {
  fetch: typeof fetch;
  take(id: number, answer: CallResult): void;
} {
  const waiting = new Map<number, PromiseWithResolvers<Response>>();
  let nextId = 0;
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      if (waiting.size >= MOST_CALLS) throw new TypeError(`More than ${MOST_CALLS} calls at once.`);
      const body = request.body === null ? null : await request.text();
      const call: Call = {
        url: request.url,
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body,
      };
      const id = nextId++;
      const answered = Promise.withResolvers<Response>();
      waiting.set(id, answered);
      const abort = (): void => {
        send({ kind: 'cancel_call', id });
        answered.reject(request.signal.reason);
      };
      request.signal.addEventListener('abort', abort, { once: true });
      send({ kind: 'call', id, call });
      try {
        return await answered.promise;
      } finally {
        waiting.delete(id);
        request.signal.removeEventListener('abort', abort);
      }
    },
    take(id, answer) {
      const answered = waiting.get(id);
      if (answered === undefined) return;
      if ('failed' in answer) answered.reject(new TypeError(answer.failed));
      else {
        const empty = answer.status === 204 || answer.status === 304 || answer.body.length === 0;
        const body = empty ? null : Buffer.from(answer.body);
        answered.resolve(new Response(body, { status: answer.status, headers: answer.headers }));
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
    if (body.length > LARGEST_ANSWER) return { failed: `The answer has more than ${LARGEST_ANSWER} bytes.` };
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    return { failed: describeFetchError(error) };
  }
}
