import { createHash, randomBytes } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { GraphQLEndpoint } from '../graphql/endpoint.ts';
import { serialize } from '../view/serialize.ts';
import { authenticate } from './authenticate.ts';
import type { Credential, RequestContext, RouteResponse, Services } from './context.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { primaryLimitMessage, type Resource } from './rate-limit.ts';
import type { Router } from './router.ts';

/** A response with its body as text. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const documentation = 'https://docs.github.com/rest';

function errorBody(error: ApiError): Record<string, unknown> {
  return (
    error.body ?? {
      message: error.message,
      ...(error.errors === undefined ? {} : { errors: error.errors }),
      documentation_url: documentation,
      status: String(error.status),
    }
  );
}

/** Executes requests: authentication, rate limits, routing, conditional requests and GitHub's usual headers. */
export class Handler {
  readonly #services: Services;
  readonly #router: Router;
  readonly #graphql: GraphQLEndpoint;

  constructor(services: Services, router: Router, graphql: GraphQLEndpoint) {
    this.#services = services;
    this.#router = router;
    this.#graphql = graphql;
  }

  async handle(incoming: IncomingRequest): Promise<HttpResponse> {
    const resource: Resource = incoming.path === '/graphql' ? 'graphql' : 'core';
    let credential: Credential = { kind: 'anonymous' };
    let response: RouteResponse;
    try {
      if (incoming.headers['user-agent'] === undefined) {
        throw new ApiError(
          403,
          'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
        );
      }
      credential = authenticate(this.#services.world, incoming.token);
      this.#services.rateLimit.checkSecondary(incoming.token, incoming.method);
      response = await this.#execute(incoming, credential, resource);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response = { status: error.status, body: errorBody(error), headers: error.headers };
    }
    return this.#finish(incoming, credential, resource, response);
  }

  async #execute(incoming: IncomingRequest, credential: Credential, resource: Resource): Promise<RouteResponse> {
    const { rateLimit } = this.#services;
    const isUncounted = incoming.path === '/rate_limit';
    if (!isUncounted && !rateLimit.spend(incoming.token, resource)) {
      const message = primaryLimitMessage(credential.kind === 'token' ? credential.token : null);
      if (resource === 'graphql') return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message }] } };
      throw new ApiError(403, message);
    }
    if (incoming.parsed.kind === 'malformed') throw new ApiError(400, 'Problems parsing JSON');
    const body = incoming.parsed.kind === 'json' ? incoming.parsed.value : undefined;
    if (resource === 'graphql') {
      if (incoming.method !== 'POST') throw new ApiError(404, 'Not Found');
      if (credential.kind !== 'token') throw new ApiError(401, 'This endpoint requires you to be authenticated.');
      return { status: 200, body: await this.#graphql.execute(body, credential.token, incoming) };
    }
    const match = this.#router.find(incoming.method, incoming.path);
    if (match === null) throw new ApiError(404, 'Not Found');
    const context: RequestContext = {
      ...this.#services,
      method: incoming.method,
      path: incoming.path,
      params: match.params,
      query: incoming.query,
      body,
      credential,
      credentialText: incoming.token,
      urls: incoming.urls,
    };
    return match.route.handle(context);
  }

  #finish(
    incoming: IncomingRequest,
    credential: Credential,
    resource: Resource,
    response: RouteResponse,
  ): HttpResponse {
    const { rateLimit } = this.#services;
    const body = response.body === undefined ? '' : serialize(response.body, this.#services.settings);
    const scopes =
      credential.kind === 'token' && credential.token.kind === 'classic'
        ? { 'x-oauth-scopes': credential.token.scopes.join(', '), 'x-accepted-oauth-scopes': '' }
        : {};
    const common = {
      server: 'github.com',
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': randomBytes(12).toString('hex').toUpperCase(),
      ...scopes,
      ...expiryHeader(credential),
    };
    if (incoming.method === 'GET' && response.status === 200) {
      const etag = `W/"${createHash('sha1').update(body).digest('hex')}"`;
      const cacheHeaders = {
        etag,
        'cache-control': 'private, max-age=60, s-maxage=60',
        vary: 'Accept, Authorization, Cookie',
      };
      if (matches(incoming.headers['if-none-match'], etag)) {
        if (incoming.path !== '/rate_limit') rateLimit.refund(incoming.token, resource);
        const headers = {
          ...common,
          ...cacheHeaders,
          ...rateLimit.headers(incoming.token, resource),
          ...response.headers,
        };
        return { status: 304, headers, body: '' };
      }
      Object.assign(common, cacheHeaders);
    }
    const headers = {
      ...common,
      ...(credential.kind === 'app' ? {} : rateLimit.headers(incoming.token, resource)),
      ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...response.headers,
    };
    return { status: response.status, headers, body };
  }
}

/** Returns the header that GitHub adds to every response to a personal token that expires, for example `2026-12-08 13:39:37 UTC`. */
function expiryHeader(credential: Credential): Record<string, string> {
  if (credential.kind !== 'token') return {};
  const { kind, expiresAt } = credential.token;
  if (kind === 'installation' || expiresAt === null) return {};
  const [day, time] = new Date(expiresAt).toISOString().split('T');
  return { 'github-authentication-token-expiration': `${day} ${time?.slice(0, 8)} UTC` };
}

function strip(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((tag) => strip(tag) === strip(etag)) ?? false;
}
