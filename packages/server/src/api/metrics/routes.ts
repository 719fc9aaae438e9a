import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import Type from 'typebox';
import { boundToProject } from '../../accounts/project-access.ts';
import { forbidden, unauthorized } from '../../errors.ts';
import type { Metrics } from './metrics.ts';

export const metricsRoutes: FastifyPluginAsyncTypebox<{ metrics: Metrics }> = async (app, { metrics }) => {
  app.get(
    '/metrics',
    {
      schema: { response: { 200: Type.String({ 'x-media-type': metrics.registry.contentType }) } },
      config: {
        access: 'optional',
        operation: {
          id: 'getMetrics',
          tag: 'Server',
          summary: 'Get metrics for Prometheus',
          description:
            'Requests from this machine need no token. Requests from elsewhere need a token with the scope `admin` that is not bound to a project.',
          errors: [403, 503],
        },
      },
    },
    async (request, reply) => {
      if (!isLocal(request)) {
        if (request.principal === null) throw unauthorized('From another machine this needs a token.', 'token.missing');
        if (!request.principal.scopes.has('admin')) throw forbidden('admin');
        if (request.principal.boundProjectId !== null) throw boundToProject(request.principal.boundProjectId);
      }
      return reply
        .type(metrics.registry.contentType)
        .serializer(String)
        .send(await metrics.registry.metrics());
    },
  );
};

/** Returns true when the request comes from this machine itself and not through a proxy on it. */
function isLocal(request: FastifyRequest): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in request.headers);
  const address = request.socket.remoteAddress;
  return !forwarded && address !== undefined && ipaddr.process(address).range() === 'loopback';
}
