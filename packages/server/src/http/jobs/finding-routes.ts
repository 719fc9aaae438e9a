import { findingStates, severities } from '@commandcenter/analyzer';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { listFindings } from '../../store/analysis-findings.ts';
import type { Database } from '../../store/database.ts';
import { principalOf } from '../access.ts';
import type { Cursors } from '../cursor.ts';
import { IdParams } from '../fields.ts';
import { List, ListQuery, listAnswer, pageRequest } from '../list.ts';
import { completedJob } from './completed-analysis.ts';
import { FindingView } from './report-schema.ts';

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
          description: 'Without a base all findings are `new`. At most the 20,000 most severe of an analysis are kept.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      await completedJob(db, principalOf(request), id);
      const page = await listFindings(db, id, request.query, pageRequest(cursors, request));
      return listAnswer(cursors, request, page, (finding) => finding);
    },
  );
};
