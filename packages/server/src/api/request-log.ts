import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics/metrics.ts';

/** Measures every request, sends its id in the response, and logs it at level debug without headers and bodies. */
export function addRequestLog(app: FastifyInstance, { requests }: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    request.log.debug(
      {
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        actor: request.principal?.actor.id ?? undefined,
      },
      'request',
    );
  });
}
