import { IntegrationError } from '@commandcenter/integration-kit';

/** A request that can be sent again: its body is in memory. */
export interface OutgoingRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
}

const credentialHeaders = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'];

/**
 * The request that a redirect asks for. APIs mean "the same request there" by 301 and 302 too (GitHub's renamed repositories), so the
 * method stays. Another origin gets no credentials and no write.
 */
export function followRedirect(request: OutgoingRequest, status: number, location: string): OutgoingRequest {
  if (!URL.canParse(location, request.url.href)) {
    throw new IntegrationError(`${request.url.host} redirects to an address that is none.`, {
      class: 'connection',
      status,
    });
  }
  const url = new URL(location, request.url);
  const read = request.method === 'GET' || request.method === 'HEAD';
  const next = status === 303 && !read ? { ...request, method: 'GET', body: null } : request;
  if (url.origin === request.url.origin) return { ...next, url };
  if (next.method !== 'GET' && next.method !== 'HEAD') {
    throw new IntegrationError(`${request.url.host} redirects a write to ${url.host}, which is not followed.`, {
      class: 'connection',
      status,
    });
  }
  const headers = Object.fromEntries(
    Object.entries(next.headers).filter(([name]) => !credentialHeaders.includes(name.toLowerCase())),
  );
  return { ...next, url, headers };
}
