import type { FastifyContextConfig, FastifyInstance, FastifySchema, HTTPMethods } from 'fastify';

export interface RouteEntry {
  method: string;
  /** Path of the route as registered, such as `/api/v1/tasks/:id`. */
  path: string;
  schema: FastifySchema;
  config: FastifyContextConfig;
}

/**
 * Returns a list to which every route that is registered after this call is added. Throws for an API route that does not declare its
 * `access`, so that the server does not start.
 */
export function collectRoutes(app: FastifyInstance): readonly RouteEntry[] {
  const routes: RouteEntry[] = [];
  app.addHook('onRoute', ({ url, method, schema = {}, config = {} }) => {
    if (url.startsWith('/api/') && config.access === undefined) throw new Error(`${url} does not say who may call it`);
    for (const name of ([] as HTTPMethods[]).concat(method)) routes.push({ method: name, path: url, schema, config });
  });
  return routes;
}
