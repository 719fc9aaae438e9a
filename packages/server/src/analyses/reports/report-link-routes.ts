import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import { recordAudit } from '../../accounts/audit-log-queries.ts';
import type { Principal } from '../../accounts/principal.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { IdParams, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import { newReportLinkNonce, type ReportLinks } from '../../jobs/report-link.ts';
import { completedJob } from '../completed-analysis.ts';
import { addReportLinkNonce, deleteReportLinkNonce } from './report-link-queries.ts';

const ReportLink = Strict(
  {
    report_url: Type.String({ description: 'Opens the report without a token.' }),
    expires_at: Timestamp("End of the link's validity. After that, `GET` of the job returns a new link."),
  },
  {
    title: 'ReportLink',
    examples: [
      {
        report_url: 'http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU',
        expires_at: '2026-03-02T00:00:00.000Z',
      },
    ],
  },
);

export interface ReportLinkRoutesOptions {
  db: Database;
  clock: { now(): Date };
  links: ReportLinks;
}

export const reportLinkRoutes: FastifyPluginAsyncTypebox<ReportLinkRoutesOptions> = async (
  app,
  { db, clock, links },
) => {
  app.post(
    '/jobs/:id/report-link',
    {
      schema: { params: IdParams, response: { 200: ReportLink, 201: ReportLink } },
      config: {
        access: ['jobs:create', 'jobs:read'],
        creates: 'secret',
        operation: {
          id: 'createReportLink',
          tag: 'Jobs',
          summary: 'Create report link',
          description:
            'Anyone with the link can read the report. If the job has a link, the response is that link with 200; to replace it, delete it first.',
          errors: [404, 409],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const { project_id } = await completedJob(db, principal, id);
      const { nonce, created } = await db.transaction().execute(async (trx) => {
        const added = await addReportLinkNonce(trx, id, newReportLinkNonce());
        if (added.created) await recordChange(trx, principal, project_id, id, 'report_link.create');
        return added;
      });
      const now = clock.now();
      return reply.code(created ? 201 : 200).send({
        report_url: links.urlOf({ id, report_link_nonce: nonce }, now),
        expires_at: timestamp(links.endOf(now)),
      });
    },
  );

  app.delete(
    '/jobs/:id/report-link',
    {
      schema: { params: IdParams, response: { 204: Type.Null() } },
      config: {
        access: ['jobs:create'],
        operation: {
          id: 'deleteReportLink',
          tag: 'Jobs',
          summary: 'Revoke all report links of a job',
          description:
            'Links in comments, checks and logs become invalid too. `report_url` is then the address that needs a token.',
          errors: [404, 409],
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const { project_id } = await completedJob(db, principal, id);
      await db.transaction().execute(async (trx) => {
        const deleted = await deleteReportLinkNonce(trx, id);
        if (deleted) await recordChange(trx, principal, project_id, id, 'report_link.delete');
      });
      return reply.code(204).send(null);
    },
  );
};

const recordChange = (
  trx: Transaction,
  { actor }: Principal,
  projectId: number,
  jobId: number,
  action: string,
): Promise<void> => recordAudit(trx, { projectId, actor, action, object: `job:${jobId}` });
