import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isObject } from '../json.ts';
import type { Urls } from '../view/urls.ts';
import { credentialText } from './authenticate.ts';

const enterprisePrefix = '/api/v3';

/** A completely received request, independent of its transport. */
export interface RawRequest {
  readonly method: string;
  /** Path and query of the request, as received. */
  readonly rawUrl: string;
  /** Headers of the request, with names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly bodyText: string;
}

/** A parsed request to the fake GitHub. */
export interface IncomingRequest extends RawRequest {
  /** Path of the request without query and without the Enterprise prefix; GraphQL is `/graphql` in both layouts. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly parsed: ParsedBody;
  /** The credential as it was sent; empty if there is none. */
  readonly token: string;
  readonly urls: Urls;
  /** True if the request can change something. */
  readonly isWrite: boolean;
}

function normalizePath(pathname: string): { path: string; enterprise: boolean } {
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

/** Reads a request from a socket. Rejects if the client closes the connection before the end of the request. */
export async function readSocketRequest(request: IncomingMessage): Promise<RawRequest> {
  const { method = 'GET', url = '/', headers } = request;
  return { method, rawUrl: url, headers, bodyText: await readBody(request) };
}

export async function readWebRequest(request: Request): Promise<RawRequest> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  return { method: request.method, rawUrl: `${pathname}${search}`, headers, bodyText: await request.text() };
}

/** Parses a request. `base` is the URL of this server. */
export function parseRequest(raw: RawRequest, base: string, htmlUrl: string | null): IncomingRequest {
  const { bodyText, headers, method, rawUrl } = raw;
  const { pathname, searchParams } = new URL(rawUrl.startsWith('/') ? `${base}${rawUrl}` : base);
  const { path, enterprise } = normalizePath(pathname);
  const parsed = parseBody(bodyText);
  const graphql = path === '/graphql';
  // Creating an installation token is not a write, because it changes nothing that others can see.
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

/** Reads the whole body of a request as text. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export type ParsedBody = { readonly kind: 'none' | 'malformed' } | { readonly kind: 'json'; readonly value: unknown };

function parseBody(text: string): ParsedBody {
  if (text === '') return { kind: 'none' };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (cause) {
    if (cause instanceof SyntaxError) return { kind: 'malformed' };
    throw cause;
  }
}
