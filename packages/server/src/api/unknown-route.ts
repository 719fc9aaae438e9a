import type { FastifyInstance } from 'fastify';
import { ApiError } from '../errors.ts';
import type { RouteEntry } from './route-table.ts';

/** Returns 404 for unknown paths and 405 with `Allow` for known paths with another method. Also handles OPTIONS. */
export function addUnknownRouteHandling(app: FastifyInstance, routes: readonly RouteEntry[]): void {
  const patterns = new Map<string, RegExp>();
  app.addHook('onReady', async () => {
    for (const { path } of routes) patterns.set(path, patternOf(path));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = new Set(routes.filter((route) => patterns.get(route.path)?.test(path)).map(({ method }) => method));
    if (methods.size === 0) {
      throw new ApiError(404, 'route.unknown', `There is nothing at ${shown(path)}. /docs lists what there is.`);
    }
    const allow = [...methods.add('OPTIONS')].sort().join(', ');
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
    throw new ApiError(405, 'route.method', `${shown(path)} takes ${allow}, not ${request.method}.`, {
      headers: { allow },
    });
  });
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/')}$`,
  );

const shown = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
