import { findingStates, severities } from '@commandcenter/analyzer';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import type { Database } from '../../database/database.ts';
import type { Cursors } from '../../http/cursor.ts';
import { IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { FindingView } from '../../jobs/analysis-result-schema.ts';
import { completedJob } from '../completed-analysis.ts';
import { listFindings } from './finding-queries.ts';

export interface FindingRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const findingRoutes: FastifyPluginAsyncTypebox<FindingRoutesOptions> = async (app, { db, cursors }) => {
  app.get(
    '/jobs/:id/findings',
    {
      schema: {
        params: IdParams,
        querystring: ListQuery({
          state: Type.Optional(Type.Enum([...findingStates])),
          severity: Type.Optional(Type.Enum([...severities])),
          engine: Type.Optional(Type.String({ maxLength: 100, examples: ['secrets'] })),
          rule: Type.Optional(Type.String({ maxLength: 200, examples: ['secrets/aws-access-key'] })),
        }),
        response: { 200: List(FindingView) },
      },
      config: {
        access: ['jobs:read'],
        operation: {
          id: 'listFindings',
          tag: 'Jobs',
          summary: 'List findings of an analysis',
          description:
            'Without a base, all findings are `new`. At most the 20,000 most severe findings of an analysis are stored.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      await completedJob(db, principalOf(request), id);
      const page = await listFindings(db, id, request.query, pageRequest(cursors, request));
      return listResponse(cursors, request, page, (finding) => finding);
    },
  );
};
