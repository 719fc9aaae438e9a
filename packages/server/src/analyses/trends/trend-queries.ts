import type { AnalysisReport, ComplexityFacts, SeverityCounts } from '@commandcenter/analyzer';
import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';
import type { Row } from '../../database/row-columns.ts';

/** One point of a repository's charts, measured by one analysis of its default branch. */
export type TrendRow = Row<'repository_trends', { findings: SeverityCounts; complexity: ComplexityFacts | null }>;

/** Most points that are kept of a repository. The oldest are deleted. */
const MOST_POINTS = 1000;

export async function addTrend(
  trx: Transaction,
  repositoryId: number,
  jobId: number,
  { repository, depth, result, facts, created_at }: AnalysisReport,
): Promise<void> {
  const ahead = facts.dependencies.filter(({ latest }) => latest !== undefined);
  const values = {
    repository_id: repositoryId,
    job_id: jobId,
    commit_sha: repository.commit,
    depth,
    created_at,
    lines: facts.languages.reduce((sum, { code }) => sum + code, 0),
    findings: JSON.stringify(result.counts.all),
    complexity: facts.complexity === undefined ? null : JSON.stringify(facts.complexity),
    duplication_percent: facts.duplication?.percent ?? null,
    dependencies: facts.dependencies.length,
    dependencies_behind:
      ahead.length === 0 ? null : ahead.filter(({ direct, version, latest }) => direct && version !== latest).length,
  };
  await trx
    .insertInto('repository_trends')
    .values(values)
    .onConflict((on) => on.doNothing())
    .execute();
  await sql`
    delete from repository_trends where repository_id = ${repositoryId} and job_id <= (
      select job_id from repository_trends where repository_id = ${repositoryId} order by job_id desc offset ${MOST_POINTS} limit 1)`.execute(
    trx,
  );
}

/** Lists the trend points of a repository, newest first. */
export async function listTrends(
  db: Database,
  repositoryId: number,
  page: PageRequest,
): Promise<Page<TrendRow & { id: number }>> {
  let query = db
    .selectFrom('repository_trends')
    .selectAll()
    .select('job_id as id')
    .where('repository_id', '=', repositoryId);
  if (page.after !== undefined) query = query.where('job_id', '<', page.after);
  const rows = await query
    .orderBy('job_id', 'desc')
    .limit(page.limit + 1)
    .$castTo<TrendRow & { id: number }>()
    .execute();
  return pageOf(rows, page.limit);
}
