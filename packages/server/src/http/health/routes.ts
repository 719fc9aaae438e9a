import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Strict } from '../fields.ts';
import type { ServerHealth } from './server-health.ts';

export interface HealthRoutesOptions {
  health(): Promise<ServerHealth>;
  version: string;
  role: string;
  startedAt: Date;
}

const Status = Type.Enum(['ok', 'degraded', 'down']);

const Health = Strict(
  {
    status: Status,
    version: Type.Optional(Type.String()),
    role: Type.Optional(Type.String({ description: 'What this process does: all, api, ingest or worker.' })),
    started_at: Type.Optional(Type.String({ format: 'date-time' })),
    parts: Type.Optional(
      Strict({
        database: Strict({ status: Status, latency_ms: Type.Union([Type.Number(), Type.Null()]) }),
        deliveries: Strict({
          status: Status,
          oldest_waiting_seconds: Type.Integer({
            description: 'Age of the oldest received webhook that is not worked off.',
          }),
        }),
      }),
    ),
  },
  { title: 'ServerHealth', examples: [{ status: 'ok' }] },
);

const Probe = Strict({ status: Type.String() }, { title: 'Probe' });

/** `/api/v1/health`. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthRoutesOptions> = async (app, options) => {
  app.get(
    '/health',
    {
      schema: { response: { 200: Health, 503: Health } },
      config: {
        access: 'optional',
        operation: {
          id: 'getHealth',
          tag: 'Server',
          summary: 'How this server is',
          description: 'With a token also its parts. Integrations do not change it: they have a health of their own.',
        },
      },
    },
    async (request, reply) => {
      const { status, ...parts } = await options.health();
      reply.code(status === 'down' ? 503 : 200);
      if (request.principal === null) return { status };
      const { version, role, startedAt } = options;
      return { status, version, role, started_at: startedAt.toISOString(), parts };
    },
  );
};

/** `/livez` and `/readyz`, for whatever watches the process. */
export const probeRoutes: FastifyPluginAsyncTypebox<HealthRoutesOptions> = async (app, { health }) => {
  app.get(
    '/livez',
    {
      schema: { response: { 200: Probe } },
      config: { operation: { id: 'getLiveness', tag: 'Server', summary: 'Whether the process answers' } },
    },
    async () => ({ status: 'alive' }),
  );

  app.get(
    '/readyz',
    {
      schema: { response: { 200: Probe, 503: Probe } },
      config: {
        operation: { id: 'getReadiness', tag: 'Server', summary: 'Whether it is migrated and serving' },
      },
    },
    async (_request, reply) => {
      const ready = (await health()).status !== 'down';
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
    },
  );
};
