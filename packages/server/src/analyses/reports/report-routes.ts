import type { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import type { Principal } from '../../accounts/principal.ts';
import type { Database } from '../../database/database.ts';
import { ApiError } from '../../errors.ts';
import { IdParams, timestamp } from '../../http/fields.ts';
import { AnalysisReportView } from '../../jobs/analysis-result-schema.ts';
import type { ReportLinks } from '../../jobs/report-link.ts';
import { readEncodedReport } from '../analysis-queries.ts';
import { analysisGone, completedJob } from '../completed-analysis.ts';
import { pagePolicy } from '../publication/page-policy.ts';
import { listTrends } from '../trends/trend-queries.ts';
import type { PageTrend } from './render.ts';
import type { RenderReport } from './render-report.ts';
import { requireReportLink } from './report-access.ts';
import { findReportLinkNonce } from './report-link-queries.ts';
import { noReportPage } from './report-page.ts';

export interface ReportRoutesOptions {
  db: Database;
  clock: { now(): Date };
  links: ReportLinks;
  render: RenderReport;
}

/** Most points of the trend that the report page draws. */
const MOST_TREND_POINTS = 365;

export const reportRoutes: FastifyPluginAsyncTypebox<ReportRoutesOptions> = async (
  app,
  { db, clock, links, render },
) => {
  const reportOf = async (principal: Principal | null, id: number) => {
    const { repository_id } = await completedJob(db, principal, id);
    const encoded = await readEncodedReport(db, id);
    if (encoded === undefined) throw analysisGone(id);
    return { encoded, repository_id };
  };

  app.get(
    '/jobs/:id/report',
    {
      schema: { params: IdParams, response: { 200: Type.Unsafe<Readable>(AnalysisReportView) } },
      config: {
        access: ['jobs:read'],
        operation: { id: 'getReport', tag: 'Jobs', summary: 'Get the report of an analysis as JSON', errors: [409] },
      },
    },
    async (request, reply) => {
      const { bytes, size } = (await reportOf(principalOf(request), request.params.id)).encoded;
      // A report with many dependencies has megabytes: stream the JSON without parsing it or holding all of it in memory.
      const json = createZstdDecompress();
      json.end(bytes);
      return reply.type('application/json; charset=utf-8').header('content-length', size).send(json);
    },
  );

  for (const { format, id, summary, mediaType, description } of documents) {
    app.get(
      `/jobs/:id/${format}`,
      {
        schema: {
          params: IdParams,
          response: { 200: Type.Unknown({ 'x-media-type': mediaType.split(';', 1)[0], description }) },
        },
        config: { access: ['jobs:read'], operation: { id, tag: 'Jobs', summary, errors: [409, 503] } },
      },
      async (request, reply) => {
        const { id } = request.params as { id: number };
        const { encoded } = await reportOf(principalOf(request), id);
        const { body } = await render(encoded, format);
        return reply.type(mediaType).send(asBuffer(body));
      },
    );
  }

  app.get(
    '/jobs/:id/report.html',
    {
      schema: {
        params: IdParams,
        // Other query fields are ignored, because services that forward links add their own fields.
        querystring: Type.Object({
          expires: Type.Optional(Type.String({ description: "End of the link's validity, in Unix seconds." })),
          signature: Type.Optional(Type.String({ description: 'The signature in `report_url`.' })),
        }),
        response: { 200: Type.String({ 'x-media-type': 'text/html' }) },
      },
      config: {
        access: { scopes: ['jobs:read'], orLink: true },
        operation: {
          id: 'getReportPage',
          tag: 'Jobs',
          summary: 'Get the HTML report of an analysis',
          description:
            'Needs a token, or a signed link: the `report_url` of the result, if the job has one. A link is valid for 30 days, or until it is revoked. The page has no script and loads nothing from elsewhere.',
          errors: [409, 503],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { principal } = request;
      try {
        if (principal === null) {
          const job = { id, report_link_nonce: await findReportLinkNonce(db, id) };
          requireReportLink(links, job, request.query, clock.now());
        }
        const { encoded, repository_id } = await reportOf(principal, id);
        const trend = repository_id === null ? [] : await readTrend(db, repository_id, id);
        const { body, policy } = await render(encoded, 'html', trend);
        return sendPage(reply, 200, asBuffer(body), policy ?? '');
      } catch (error) {
        if (principal !== null || !(error instanceof ApiError) || !isForBrowser(request)) throw error;
        const page = noReportPage(error);
        return sendPage(reply.headers(error.headers), error.status, Buffer.from(page), pagePolicy(page));
      }
    },
  );
};

const documents = [
  {
    format: 'sarif',
    id: 'getSarif',
    summary: 'Get the findings of an analysis as SARIF 2.1.0',
    mediaType: 'application/sarif+json; charset=utf-8',
    description: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html',
  },
  {
    format: 'sbom',
    id: 'getSbom',
    summary: 'Get the CycloneDX 1.6 SBOM of an analysis',
    mediaType: 'application/vnd.cyclonedx+json; version=1.6',
    description: 'https://cyclonedx.org/docs/1.6/json/',
  },
] as const;

/** Returns the trend of the repository up to this analysis, oldest first. */
async function readTrend(db: Database, repositoryId: number, jobId: number): Promise<PageTrend> {
  const { items } = await listTrends(db, repositoryId, { limit: MOST_TREND_POINTS, after: jobId + 1 });
  return items
    .reverse()
    .map(({ created_at, lines, findings }) => ({ date: timestamp(created_at), lines, ...findings }));
}

const sendPage = (reply: FastifyReply, status: number, page: Buffer, policy: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').header('content-security-policy', policy).send(page);

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const isForBrowser = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/html') === true;
