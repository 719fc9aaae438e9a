import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isObject } from '../json.ts';
import type { Urls } from '../view/urls.ts';
import { credentialText } from './authenticate.ts';
import { type ParsedBody, parseBody, readBody } from './body.ts';

const enterprisePrefix = '/api/v3';

/** A request, read to its end. */
export interface Incoming {
  readonly method: string;
  /** Without query and without the Enterprise prefix; GraphQL is `/graphql` in both layouts. */
  readonly path: string;
  readonly rawUrl: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bodyText: string;
  readonly parsed: ParsedBody;
  /** The credential's text; empty without one. */
  readonly token: string;
  readonly urls: Urls;
  /** Whether it is meant to change something. */
  readonly isWrite: boolean;
}

function normalise(pathname: string): { path: string; enterprise: boolean } {
  if (pathname === '/api/graphql') return { path: '/graphql', enterprise: true };
  if (pathname === enterprisePrefix || pathname.startsWith(`${enterprisePrefix}/`)) {
    return { path: pathname.slice(enterprisePrefix.length) || '/', enterprise: true };
  }
  return { path: pathname, enterprise: false };
}

function isMutation(parsed: ParsedBody): boolean {
  if (parsed.kind !== 'json') return false;
  const query = isObject(parsed.value) ? parsed.value.query : undefined;
  return typeof query === 'string' && /^\s*mutation\b/m.test(query);
}

/** Reads a request; `base` is where this server listens, and rejects when the client goes away in the middle. */
export async function readIncoming(request: IncomingMessage, base: string, htmlUrl: string | null): Promise<Incoming> {
  const rawUrl = request.url ?? '/';
  const { pathname, searchParams } = new URL(rawUrl.startsWith('/') ? `${base}${rawUrl}` : base);
  const { path, enterprise } = normalise(pathname);
  const bodyText = await readBody(request);
  const parsed = parseBody(bodyText);
  const method = request.method ?? 'GET';
  const graphql = path === '/graphql';
  // Asking for an installation's token changes nothing that anyone sees.
  const changes = method !== 'GET' && method !== 'HEAD' && !path.endsWith('/access_tokens');
  return {
    method,
    path,
    rawUrl,
    query: searchParams,
    headers: request.headers,
    bodyText,
    parsed,
    token: credentialText(request.headers),
    urls: {
      api: enterprise ? `${base}${enterprisePrefix}` : base,
      html: htmlUrl ?? (enterprise ? base : 'https://github.com'),
    },
    isWrite: graphql ? isMutation(parsed) : changes,
  };
}
