import { createHash, randomBytes } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { GraphQLEndpoint } from '../graphql/endpoint.ts';
import { serialize } from '../view/serialize.ts';
import { authenticate } from './authenticate.ts';
import type { Answer, Credential, RequestContext, Services } from './context.ts';
import type { Incoming } from './incoming.ts';
import { primaryLimitMessage, type Resource } from './rate-limit.ts';
import type { Router } from './router.ts';

/** An answer as it goes over the wire. */
export interface WireAnswer {
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

/** Carries requests out: authentication, limits, the route, conditional requests, GitHub's usual headers. */
export class Handler {
  readonly #services: Services;
  readonly #router: Router;
  readonly #graphql: GraphQLEndpoint;

  constructor(services: Services, router: Router, graphql: GraphQLEndpoint) {
    this.#services = services;
    this.#router = router;
    this.#graphql = graphql;
  }

  async handle(incoming: Incoming): Promise<WireAnswer> {
    const resource: Resource = incoming.path === '/graphql' ? 'graphql' : 'core';
    let credential: Credential = { kind: 'anonymous' };
    let answer: Answer;
    try {
      if (incoming.headers['user-agent'] === undefined) {
        throw new ApiError(
          403,
          'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
        );
      }
      credential = authenticate(this.#services.world, incoming.token);
      this.#services.rateLimit.checkSecondary(incoming.token, incoming.method);
      answer = await this.#carryOut(incoming, credential, resource);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answer = { status: error.status, body: errorBody(error), headers: error.headers };
    }
    return this.#finish(incoming, credential, resource, answer);
  }

  async #carryOut(incoming: Incoming, credential: Credential, resource: Resource): Promise<Answer> {
    const { rateLimit } = this.#services;
    const free = incoming.path === '/rate_limit';
    if (!free && !rateLimit.spend(incoming.token, resource)) {
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

  #finish(incoming: Incoming, credential: Credential, resource: Resource, answer: Answer): WireAnswer {
    const { rateLimit } = this.#services;
    const body = answer.body === undefined ? '' : serialize(answer.body, this.#services.settings);
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
    if (incoming.method === 'GET' && answer.status === 200) {
      const etag = `W/"${createHash('sha1').update(body).digest('hex')}"`;
      const fresh = {
        etag,
        'cache-control': 'private, max-age=60, s-maxage=60',
        vary: 'Accept, Authorization, Cookie',
      };
      if (matches(incoming.headers['if-none-match'], etag)) {
        if (incoming.path !== '/rate_limit') rateLimit.refund(incoming.token, resource);
        const headers = { ...common, ...fresh, ...rateLimit.headers(incoming.token, resource), ...answer.headers };
        return { status: 304, headers, body: '' };
      }
      Object.assign(common, fresh);
    }
    const headers = {
      ...common,
      ...(credential.kind === 'app' ? {} : rateLimit.headers(incoming.token, resource)),
      ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...answer.headers,
    };
    return { status: answer.status, headers, body };
  }
}

/** On every response to a personal token that expires: `2026-12-08 13:39:37 UTC`. */
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
