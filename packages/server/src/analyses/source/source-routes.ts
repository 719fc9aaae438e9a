import type { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../../accounts/access.ts';
import type { Database } from '../../database/database.ts';
import { ApiError, badRequest, conflict, unavailable } from '../../errors.ts';
import { IdParams } from '../../http/fields.ts';
import { Job } from '../../jobs/job-schema.ts';
import type { JobView } from '../../jobs/job-view.ts';
import { analysisJob } from '../completed-analysis.ts';
import { readSource, SOURCE_LIMIT_BYTES, tooLarge } from './read-source.ts';

export interface SourceRoutesOptions {
  db: Database;
  view: JobView;
}

const MEDIA_TYPES = ['application/gzip', 'application/x-gzip', 'application/x-gtar', 'application/octet-stream'];
/** Most uploads at a time in this process, because each takes a few megabytes of memory. */
const MOST_UPLOADS = 16;

export const sourceRoutes: FastifyPluginAsyncTypebox<SourceRoutesOptions> = async (app, { db, view }) => {
  let uploads = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(MEDIA_TYPES, (_request, payload, done) => done(null, payload));
  app.addContentTypeParser('*', (_request, _payload, done) => done(wrongMediaType()));

  app.put(
    '/jobs/:id/source',
    {
      schema: { params: IdParams, response: { 200: Job } },
      config: {
        access: ['jobs:create'],
        operation: {
          id: 'uploadJobSource',
          tag: 'Jobs',
          summary: 'Upload the source of an analysis',
          description:
            'A tar.gz of the repository, at most 256 MiB, for a job with the status `awaiting_source`, whose repository this server cannot read itself. The job continues at once. An interrupted upload can be repeated.',
          errors: [409, 429, 503],
          takes: MEDIA_TYPES,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { status } = await analysisJob(db, principalOf(request), id);
      if (status !== 'awaiting_source') {
        throw conflict(`Job ${id} is ${status}: it does not wait for a source.`, 'job.not_awaiting_source', {
          job_status: status,
        });
      }
      if (request.body === undefined) throw badRequest('This needs a tar.gz as its body.', 'request.body_missing');
      if (Number(request.headers['content-length'] ?? 0) > SOURCE_LIMIT_BYTES) throw tooLarge(SOURCE_LIMIT_BYTES);
      if (uploads >= MOST_UPLOADS) throw tooMany();
      uploads += 1;
      try {
        return view(await readSource(db, id, request.body as Readable));
      } finally {
        uploads -= 1;
      }
    },
  );
};

const wrongMediaType = (): ApiError =>
  new ApiError(
    415,
    'request.media_type',
    'This takes a tar.gz. Send it with the header "Content-Type: application/gzip".',
  );

const tooMany = (): ApiError =>
  unavailable(`${MOST_UPLOADS} uploads are under way already. Try again in a moment.`, 10, 'source.too_many_uploads');
