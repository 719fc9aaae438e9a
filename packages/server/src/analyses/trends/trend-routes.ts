import { SeverityCounts } from '@commandcenter/analyzer';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import { visible } from '../../accounts/principal.ts';
import type { Database } from '../../database/database.ts';
import type { Cursors } from '../../http/cursor.ts';
import { Id, IdParams, Nullable, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { getRepository } from '../../integrations/repositories/repository-queries.ts';
import { listTrends, type TrendRow } from './trend-queries.ts';

const Count = (description: string) => Type.Integer({ minimum: 0, description });

const Trend = Strict(
  {
    job_id: Id('The job of the analysis, which may be past its retention.'),
    commit_sha: Nullable(Type.String()),
    depth: Type.String({ examples: ['standard'] }),
    created_at: Timestamp('Time of the analysis.'),
    lines: Count('Lines with code.'),
    findings: SeverityCounts,
    complexity: Nullable(
      Strict({
        functions: Count('Functions that were measured.'),
        total: Count('Sum of their cyclomatic complexities.'),
        highest: Count('Highest complexity of a function.'),
        over_threshold: Count('Functions above the threshold of the policy.'),
      }),
    ),
    duplication_percent: Nullable(Type.Number({ minimum: 0, maximum: 100 })),
    dependencies: Count('Number of dependencies.'),
    dependencies_behind: Nullable(Count('Direct dependencies with a newer version; null if that was not looked up.')),
  },
  {
    title: 'Trend',
    description:
      'Figures of one analysis of the default branch. A figure is null if the depth of the analysis does not include it.',
    examples: [
      {
        job_id: 1,
        commit_sha: 'f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4',
        depth: 'standard',
        created_at: '2026-01-31T12:00:00.000Z',
        lines: 9200,
        findings: { critical: 0, high: 2, medium: 7, low: 31 },
        complexity: { functions: 640, total: 1710, highest: 22, over_threshold: 3 },
        duplication_percent: 1.4,
        dependencies: 412,
        dependencies_behind: null,
      },
    ],
  },
);

export interface TrendRoutesOptions {
  db: Database;
  cursors: Cursors;
}

export const trendRoutes: FastifyPluginAsyncTypebox<TrendRoutesOptions> = async (app, { db, cursors }) => {
  app.get(
    '/repositories/:id/trends',
    {
      schema: { params: IdParams, querystring: ListQuery({}), response: { 200: List(Trend) } },
      config: {
        access: ['repositories:read'],
        operation: {
          id: 'listTrends',
          tag: 'Repositories',
          summary: 'List trends of a repository, newest first',
          description: 'Returns the newest 1,000 analyses, including those whose jobs are past their retention.',
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      visible(principalOf(request), await getRepository(db, id), `repository ${id}`);
      return listResponse(cursors, request, await listTrends(db, id, pageRequest(cursors, request)), trendView);
    },
  );
};

const trendView = (row: TrendRow): Type.Static<typeof Trend> => ({
  job_id: row.job_id,
  commit_sha: row.commit_sha,
  depth: row.depth,
  created_at: timestamp(row.created_at),
  lines: row.lines,
  findings: row.findings,
  complexity: row.complexity,
  duplication_percent: row.duplication_percent,
  dependencies: row.dependencies,
  dependencies_behind: row.dependencies_behind,
});
