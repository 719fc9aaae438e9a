import type { FastifyContextConfig, FastifyInstance, FastifySchema, HTTPMethods } from 'fastify';

export interface RouteEntry {
  method: string;
  /** As registered: `/api/v1/tasks/:id`. */
  path: string;
  schema: FastifySchema;
  config: FastifyContextConfig;
}

/**
 * Every route, as it is registered after this call. A route of the API that does not say who may call it is a mistake that
 * stops the start.
 */
export function collectRoutes(app: FastifyInstance): readonly RouteEntry[] {
  const routes: RouteEntry[] = [];
  app.addHook('onRoute', ({ url, method, schema = {}, config = {} }) => {
    if (url.startsWith('/api/') && config.access === undefined) throw new Error(`${url} does not say who may call it`);
    for (const name of ([] as HTTPMethods[]).concat(method)) routes.push({ method: name, path: url, schema, config });
  });
  return routes;
}
