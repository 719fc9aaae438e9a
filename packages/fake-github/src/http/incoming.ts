import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isObject } from '../json.ts';
import type { Urls } from '../view/urls.ts';
import { credentialText } from './authenticate.ts';
import { type ParsedBody, parseBody, readBody } from './body.ts';

const enterprisePrefix = '/api/v3';

/** A request as its transport gives it, read to its end. */
export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly rawUrl: string;
  /** Names are in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly bodyText: string;
}

/** A request with its parts told apart. */
export interface Incoming extends RawRequest {
  /** Without query and without the Enterprise prefix; GraphQL is `/graphql` in both layouts. */
  readonly path: string;
  readonly query: URLSearchParams;
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

/** Reads a request from a socket; rejects when the client closes the connection before the end of the request. */
export async function readSocketRequest(request: IncomingMessage): Promise<RawRequest> {
  const { method = 'GET', url = '/', headers } = request;
  return { method, rawUrl: url, headers, bodyText: await readBody(request) };
}

export async function readWebRequest(request: Request): Promise<RawRequest> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  return { method: request.method, rawUrl: `${pathname}${search}`, headers, bodyText: await request.text() };
}

/** `base` is the URL of this server. */
export function parseIncoming(raw: RawRequest, base: string, htmlUrl: string | null): Incoming {
  const { bodyText, headers, method, rawUrl } = raw;
  const { pathname, searchParams } = new URL(rawUrl.startsWith('/') ? `${base}${rawUrl}` : base);
  const { path, enterprise } = normalise(pathname);
  const parsed = parseBody(bodyText);
  const graphql = path === '/graphql';
  // Asking for an installation's token changes nothing that anyone sees.
  const changes = method !== 'GET' && method !== 'HEAD' && !path.endsWith('/access_tokens');
  return {
    method,
    path,
    rawUrl,
    query: searchParams,
    headers,
    bodyText,
    parsed,
    token: credentialText(headers),
    urls: {
      api: enterprise ? `${base}${enterprisePrefix}` : base,
      html: htmlUrl ?? (enterprise ? base : 'https://github.com'),
    },
    isWrite: graphql ? isMutation(parsed) : changes,
  };
}
