import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../accounts/access.ts';
import { visible } from '../accounts/principal.ts';
import type { Database } from '../database/database.ts';
import { quotaExceeded } from '../database/quotas.ts';
import { unavailable } from '../errors.ts';
import { IdParams } from '../http/fields.ts';
import type { Logger } from '../logging.ts';
import type { JobEventFeed } from './event-feed.ts';
import { streamJobEvents } from './event-stream.ts';
import { findJob } from './job-queries.ts';

export interface JobEventRoutesOptions {
  db: Database;
  feed: JobEventFeed;
  log: Logger;
}

const MOST_STREAMS = 500;
const STREAMS_OF_TOKEN = 50;

export const jobEventRoutes: FastifyPluginAsyncTypebox<JobEventRoutesOptions> = async (app, { db, feed, log }) => {
  const open = new Map<AbortController, string>();
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const stream of open.keys()) stream.abort();
  });

  app.get(
    '/jobs/:id/events',
    {
      // A HEAD request to a stream that stays open would never get a response.
      exposeHeadRoute: false,
      schema: {
        params: IdParams,
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.String({
              pattern: '^\\d{1,15}$',
              'x-expected': 'the id of an event',
              description: 'Id of the last event that was received; the stream continues after it.',
            }),
          ),
        }),
        response: {
          200: Type.String({
            'x-media-type': 'text/event-stream',
            description: 'Events `progress`, then one of `completed`, `failed` and `cancelled`.',
            examples: ['id: 7\nevent: progress\ndata: {"progress":40,"current_step":"Page 4 of 10"}\n\n'],
          }),
          204: Type.Null({ description: 'The job has ended and all its events were seen.' }),
        },
      },
      config: {
        access: ['jobs:read'],
        isStream: true,
        operation: {
          id: 'streamJobEvents',
          tag: 'Jobs',
          summary: 'Stream the events of a job (server-sent events)',
          description: 'The stream ends with the job. A comment every 15 seconds keeps the connection open.',
          errors: [429, 503],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const job = visible(principal, await findJob(db, id), `job ${id}`);
      if ([...open.values()].filter((key) => key === principal.key).length >= STREAMS_OF_TOKEN) {
        throw quotaExceeded({
          name: 'event_streams',
          owner: 'A token',
          limit: STREAMS_OF_TOKEN,
          noun: 'event streams open',
          remedy: 'Close one, or get the job instead.',
          retryAfter: 5,
        });
      }
      if (open.size >= MOST_STREAMS) {
        throw unavailable(`${MOST_STREAMS} streams are open already. Poll the job instead.`, 5, 'job.too_many_streams');
      }
      const stop = new AbortController();
      open.set(stop, principal.key);
      const after = Number(request.headers['last-event-id'] ?? 0);
      await streamJobEvents({ db, feed, job, after, reply, stop, log }).finally(() => open.delete(stop));
      return reply;
    },
  );
};
