import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Nullable, Strict } from '../../http/fields.ts';
import type { RefusalCount } from '../../webhooks/http/refusal-counts.ts';
import type { QueueHealth } from './queue-health.ts';
import type { ServerHealth } from './server-health.ts';
import { queues, type WaitingLane } from './waiting-work-queries.ts';

export interface ProbeRoutesOptions {
  health(): Promise<ServerHealth>;
  /** Returns the counts of webhooks that this process has refused in the last hour. */
  refusals(): RefusalCount[];
}

export interface HealthRoutesOptions extends ProbeRoutesOptions {
  /** Returns the health of the queues; undefined when it could not be read in time. */
  queueHealth(): Promise<QueueHealth[] | undefined>;
  /**
   * Returns the lanes (the work of one integration or project in one queue) of these projects, null for all, whose work has waited
   * longest.
   */
  worstLanes(projectIds: readonly number[] | null): Promise<WaitingLane[] | undefined>;
  version: string;
  role: string;
  startedAt: Date;
}

const Status = Type.Enum(['ok', 'degraded', 'down']);

const Reason = Type.Optional(
  Type.String({ description: 'Why it is down, when it is. The log of the server has the whole error.' }),
);

const RefusedLastHour = Type.Array(
  Strict({
    cause: Type.String({ description: 'The code of the response, for example `webhook.signature_wrong`.' }),
    count: Type.Integer(),
  }),
  { description: 'Numbers of webhooks that this process refused in the last hour, by cause, the most frequent first.' },
);

const QueueName = Type.Enum([...queues], { description: 'The kind of work.' });
const waitingFields = {
  waiting: Type.Integer({ description: 'Work that is due and not under way, counted up to 10,000.' }),
  oldest_waiting_seconds: Type.Integer({ description: 'Time since the oldest of it became due.' }),
  parked: Type.Integer({
    description: 'Work that is not due: it waits for a time, a credential, a host, a repository or a person.',
  }),
};

const Health = Strict(
  {
    status: Status,
    version: Type.Optional(Type.String()),
    role: Type.Optional(Type.String({ description: 'What this process does: all, api, ingest or worker.' })),
    started_at: Type.Optional(Type.String({ format: 'date-time' })),
    parts: Type.Optional(
      Strict({
        database: Strict({ status: Status, reason: Reason, latency_ms: Type.Union([Type.Number(), Type.Null()]) }),
        storage: Strict({
          status: Status,
          reason: Reason,
          free_bytes: Nullable(
            Type.Integer({
              description: 'Free space on the disk of the embedded database; null for an external database.',
            }),
          ),
        }),
        deliveries: Strict({
          status: Status,
          reason: Reason,
          oldest_waiting_seconds: Type.Integer({
            description: 'Age of the oldest received webhook that is not worked off.',
          }),
        }),
        intake: Strict({ refused_last_hour: RefusedLastHour }),
        queues: Type.Optional(
          Type.Array(
            Strict({
              queue: QueueName,
              status: Type.Enum(['ok', 'degraded', 'down'], {
                description:
                  'degraded: work has waited for over a minute although no other work of its integration or project is under way.',
              }),
              ...waitingFields,
            }),
            { description: 'Background work of all projects. Absent when it could not be counted in time.' },
          ),
        ),
        lanes: Type.Optional(
          Type.Array(
            Strict({
              queue: QueueName,
              project_id: Type.Integer(),
              integration_id: Nullable(Type.Integer({ description: 'Null: the work needs no integration.' })),
              ...waitingFields,
            }),
            { description: "The lanes of the caller's projects whose work has waited longest, at most 10." },
          ),
        ),
      }),
    ),
  },
  { title: 'ServerHealth', examples: [{ status: 'ok' }] },
);

const Probe = Strict({ status: Type.String() }, { title: 'Probe' });
const Readiness = Strict({ status: Type.String(), refused_last_hour: RefusedLastHour }, { title: 'Readiness' });

/** Routes of the server health at `/health`, below the prefix of the API. */
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
          summary: 'Get server health',
          description:
            'With a token, the response also lists the parts of the server. The health of integrations does not count: `GET /integrations/{id}/health` returns it.',
        },
      },
    },
    async (request, reply) => {
      const { status: own, ...parts } = await options.health();
      const queueHealth = own === 'down' ? undefined : await options.queueHealth();
      const isLate = queueHealth?.some((queue) => queue.status === 'degraded') ?? false;
      const status = own === 'ok' && isLate ? 'degraded' : own;
      reply.code(status === 'down' ? 503 : 200);
      if (request.principal === null) return { status };
      const { version, role, startedAt } = options;
      const { projectIds, repository } = request.principal;
      // A lane is the waiting work of a whole project or integration, so a token for one repository sees no lanes.
      const lanes = own === 'down' ? undefined : await options.worstLanes(repository === null ? projectIds : []);
      const waiting = {
        ...(queueHealth === undefined ? {} : { queues: queueHealth }),
        ...(lanes === undefined ? {} : { lanes }),
      };
      return {
        status,
        version,
        role,
        started_at: startedAt.toISOString(),
        parts: { ...parts, intake: { refused_last_hour: options.refusals() }, ...waiting },
      };
    },
  );
};

/** Routes of the probes `/livez` and `/readyz`, for programs that monitor the process. */
export const probeRoutes: FastifyPluginAsyncTypebox<ProbeRoutesOptions> = async (app, { health, refusals }) => {
  app.get(
    '/livez',
    {
      schema: { response: { 200: Probe } },
      config: { operation: { id: 'getLiveness', tag: 'Server', summary: 'Get liveness' } },
    },
    async () => ({ status: 'alive' }),
  );

  app.get(
    '/readyz',
    {
      schema: { response: { 200: Readiness, 503: Readiness } },
      config: {
        operation: { id: 'getReadiness', tag: 'Server', summary: 'Get readiness to store deliveries' },
      },
    },
    async (_request, reply) => {
      const ready = (await health()).status !== 'down';
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not ready', refused_last_hour: refusals() });
    },
  );
};
