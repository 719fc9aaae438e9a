import { harmlessOf } from '@commandcenter/egress';
import { IntegrationError } from '@commandcenter/integration-kit';
import type { SecretValues } from '../credentials/secret-values.ts';

/** A request that can be sent again, because its body is in memory. */
export interface OutgoingRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
}

/**
 * Returns the request that a redirect asks for. It keeps its method even for 301 and 302, because APIs mean the same request at another
 * address (GitHub's renamed repositories). Throws if it would send a write to another origin or a credential inside the address; another
 * origin gets no credential headers.
 */
export function followRedirect(
  request: OutgoingRequest,
  status: number,
  location: string,
  secrets: SecretValues,
): OutgoingRequest {
  if (!URL.canParse(location, request.url.href)) {
    throw new IntegrationError(`${request.url.host} redirects to an address that is none.`, {
      class: 'connection',
      status,
    });
  }
  const url = new URL(location, request.url);
  const isSameOrigin = url.origin === request.url.origin;
  if (secrets.has(url.href) && !(isSameOrigin && secrets.has(request.url.href))) {
    throw new IntegrationError(`${request.url.host} redirects to an address that repeats the credential.`, {
      class: 'connection',
      status,
      hint: 'It is not called. Ask who runs the host why it sends credentials back.',
    });
  }
  const read = request.method === 'GET' || request.method === 'HEAD';
  const next = status === 303 && !read ? { ...request, method: 'GET', body: null } : request;
  if (isSameOrigin) return { ...next, url };
  if (next.method !== 'GET' && next.method !== 'HEAD') {
    throw new IntegrationError(`${request.url.host} redirects a write to ${url.host}, which is not followed.`, {
      class: 'connection',
      status,
    });
  }
  return { ...next, url, headers: harmlessOf(next.headers) };
}
