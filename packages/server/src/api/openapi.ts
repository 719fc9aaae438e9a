import { type Access, isLinkAccess, scopesOf } from '../accounts/access.ts';
import { type Json, liftComponents } from './openapi-components.ts';
import { Problem, problemExamples } from './problem-schema.ts';
import type { RouteEntry } from './route-table.ts';

/** Returns the OpenAPI 3.1 document of all routes that have an `operation`. */
export function openApiDocument(routes: readonly RouteEntry[], version: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const { operation } = route.config;
    if (operation === undefined || route.method === 'HEAD') continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, components) };
  }
  const problem = liftComponents(Problem, components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'CommandCenter',
      version,
      summary: 'Keeps research tasks and GitHub issues in sync in both directions.',
      description: [
        'Times are RFC 3339 in UTC, ids whole numbers in decimal digits. Errors are `application/problem+json` (RFC 9457) with a stable `code`.',
        'Lists take `limit` and `cursor` and return `next_cursor`. POSTs that create an object take `Idempotency-Key`.',
        'An object of a project that the token may not read is a 404, as if it did not exist.',
      ].join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(({ config }) => config.operation?.tag ?? []))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API token, `cct_…`, with the scopes that a route names.',
        },
        link: {
          type: 'apiKey',
          in: 'query',
          name: 'signature',
          description: 'The `expires` and `signature` of a signed link that this server created (`report_url`).',
        },
      },
      responses: Object.fromEntries(
        Object.entries(problemExamples).map(([status, { description, value }]) => [
          `Problem${status}`,
          { description, content: { 'application/problem+json': { schema: problem, example: value } } },
        ]),
      ),
      schemas: Object.fromEntries(Object.entries(components).sort(([left], [right]) => (left < right ? -1 : 1))),
    },
  };
}

function describe(route: RouteEntry, components: Json): Json {
  const { path, schema, config } = route;
  const { operation, access = 'public', creates } = config;
  if (operation === undefined) throw new Error(`${path} has no operation`);
  const scopes = scopesOf(access);
  const lift = (part: unknown) => liftComponents(part as Json, components);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: security(access),
    ...(scopes.length === 0 ? {} : { 'x-required-scopes': scopes }),
    parameters: [
      ...parameters('path', schema.params, lift),
      ...parameters('query', schema.querystring, lift),
      ...parameters('header', schema.headers, lift),
      ...(creates === undefined ? [] : [idempotencyKey]),
    ],
    ...(schema.body === undefined ? {} : { requestBody: requestBody(schema.body as Json, lift) }),
    ...(operation.takes === undefined ? {} : { requestBody: fileBody(operation.takes) }),
    responses: responses(route, lift),
  };
}

function security(access: Access): Json[] {
  if (access === 'public') return [];
  if (access === 'optional') return [{}, { bearer: [] }];
  const bearer = { bearer: scopesOf(access) };
  return isLinkAccess(access) ? [bearer, { link: [] }] : [bearer];
}

const fileBody = (mediaTypes: readonly string[]): Json => ({
  required: true,
  content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
});

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A repeated request with the same key within 24 hours gets the response of the first one.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function parameters(place: string, schema: unknown, lift: (part: unknown) => Json): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || (required.includes(name) && !('default' in property)),
      ...(description === undefined ? {} : { description }),
      schema: lift(rest),
    };
  });
}

function requestBody(schema: Json, lift: (part: unknown) => Json): Json {
  // A body with several media types has the form `{content: {[type]: {schema}}}`, as Fastify accepts it.
  const content = schema.content as Record<string, { schema: unknown }> | undefined;
  if (content === undefined) return { required: true, content: { 'application/json': { schema: lift(schema) } } };
  return {
    required: true,
    content: Object.fromEntries(Object.entries(content).map(([type, part]) => [type, { schema: lift(part.schema) }])),
  };
}

function responses(route: RouteEntry, lift: (part: unknown) => Json): Json {
  const described = answers(route.schema.response, lift);
  for (const status of refusals(route)) {
    const own = described[status] as { content?: Json } | undefined;
    // Document both bodies of one status, distinguished by media type. Example: the 503 of a health check, and the 503 when no token can
    // be looked up without a database.
    described[status] =
      own === undefined
        ? { $ref: `#/components/responses/Problem${status}` }
        : { ...own, content: { ...own.content, 'application/problem+json': { schema: lift(Problem) } } };
  }
  return described;
}

function answers(schemas: unknown, lift: (part: unknown) => Json): Json {
  return Object.fromEntries(
    Object.entries((schemas ?? {}) as Json).map(([status, schema]) => {
      const { type, 'x-media-type': mediaType = 'application/json', ...rest } = schema as Json;
      const description = responseDescriptions[status] ?? 'Done.';
      if (type === 'null') return [status, { description }];
      return [status, { description, content: { [String(mediaType)]: { schema: lift({ type, ...rest }) } } }];
    }),
  );
}

const responseDescriptions: Record<string, string> = {
  200: 'OK.',
  201: 'Created.',
  202: 'Accepted. The work continues after this response.',
  204: 'Deleted.',
  304: 'Unchanged since the version in If-None-Match.',
};

/**
 * Statuses that every route may return: any request can be malformed, too slow or have headers that are too large, and any can hit an
 * internal error.
 */
const ALWAYS = [400, 408, 431, 500];

/** Returns the error statuses of a route in ascending order. */
function refusals({ method, schema, config }: RouteEntry): number[] {
  const { access = 'public', creates, operation } = config;
  const statuses = new Set<number>([...ALWAYS, ...(operation?.errors ?? [])]);
  // A body is parsed for every method that can have one, even when the route needs none.
  if (method !== 'GET') for (const status of [413, 415]) statuses.add(status);
  const takesBody = schema.body !== undefined || operation?.takes !== undefined;
  if (takesBody || schema.querystring !== undefined || schema.headers !== undefined) statuses.add(422);
  if (schema.params !== undefined) for (const status of [404, 414]) statuses.add(status);
  if (creates !== undefined) for (const status of [409, 422]) statuses.add(status);
  if (access !== 'public') for (const status of [401, 429, 503]) statuses.add(status);
  if (scopesOf(access).length > 0) statuses.add(403);
  const properties = (schema.querystring as { properties?: Json } | undefined)?.properties;
  if (properties !== undefined && 'project_id' in properties) statuses.add(404);
  return [...statuses].sort((left, right) => left - right);
}
