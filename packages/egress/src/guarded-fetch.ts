import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { assertEgressAllowed, createEgressAgent } from './egress.ts';
import type { EgressPolicy } from './egress-policy.ts';
import { harmlessOf } from './harmless-headers.ts';
import { readBounded } from './read-bounded.ts';

/**
 * A `fetch` for requests that belong to no integration and carry no credentials. It checks every redirect's address, and limits time and
 * size.
 */
export interface GuardedFetch {
  fetch: typeof fetch;
  close(): Promise<void>;
}

const TIMEOUT_MS = 20_000;
const LONGEST_REDIRECT_CHAIN = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** @param mostBytes size limit of a response's body in bytes; default 32 MiB */
export function createGuardedFetch(policy: EgressPolicy, userAgent: string, mostBytes?: number): GuardedFetch {
  const dispatcher = createEgressAgent(policy);
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const headers = { 'user-agent': userAgent, ...Object.fromEntries(request.headers) };
      const call = { method: request.method, headers, body, signal, mostBytes };
      return await follow(policy, dispatcher, new URL(request.url), call);
    },
    close: () => dispatcher.destroy(),
  };
}

interface Call {
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
  signal: AbortSignal;
  mostBytes: number | undefined;
}

async function follow(policy: EgressPolicy, dispatcher: Dispatcher, first: URL, call: Call): Promise<Response> {
  let url = first;
  let { headers } = call;
  for (let hops = 0; ; hops += 1) {
    assertEgressAllowed(policy, url);
    const { mostBytes, ...init } = call;
    const response = await undiciFetch(url, { ...init, headers, redirect: 'manual', dispatcher });
    const location = response.headers.get('location');
    const goesOn = redirects.has(response.status) && location !== null && call.method === 'GET';
    if (!goesOn) return await readBounded(response, url, mostBytes);
    await response.body?.cancel();
    if (hops >= LONGEST_REDIRECT_CHAIN || !URL.canParse(location, url.href)) {
      throw new TypeError(`${first.host} redirects to nowhere.`);
    }
    const next = new URL(location, url);
    if (next.origin !== url.origin) headers = harmlessOf(headers);
    url = next;
  }
}
