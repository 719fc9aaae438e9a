import type { AnalysisReport, AnalysisResult } from '@commandcenter/analyzer';
import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import type { Analysis } from '../database/schema.ts';
import type { JobRow } from '../jobs/job.ts';
import { finishJob, type JobLease } from '../jobs/job-lease-queries.ts';
import { insertFindings, keptFindings } from './findings/finding-queries.ts';
import { decodeReport, type EncodedReport, encodeReport } from './reports/report-encoding.ts';
import { addTrend } from './trends/trend-queries.ts';

/** A completed analysis without its report. */
export type AnalysisRow = Omit<Selectable<Analysis>, 'report'>;

export interface CompletedAnalysis {
  report: AnalysisReport;
  branch: string | null;
  pr_number: number | null;
  /**
   * True when the analyzed commit is one of the default branch. Such an analysis is a baseline for later ones and a point of the trends.
   */
  is_default_branch: boolean;
  /** Hash of everything that the result of the analysis depends on. */
  result_key: string;
}

const columns = [
  'job_id',
  'project_id',
  'repository_id',
  'commit_sha',
  'base_sha',
  'depth',
  'branch',
  'pr_number',
  'is_default_branch',
  'result_key',
  'complete',
  'gate_passed',
  'counts',
  'left_out',
  'report_bytes',
  'created_at',
] as const satisfies (keyof AnalysisRow)[];

/**
 * Ends a job with its analysis: stores result, report, findings, trend and the repository's latest analysis in one transaction with the
 * writes of `also`. Returns the stored report, in which findings are numbered and those beyond the 20,000 most severe are omitted.
 * Returns undefined and writes nothing when the lease was lost.
 */
export async function completeAnalysis(
  db: Database,
  lease: JobLease,
  { report: found, ...analysis }: CompletedAnalysis,
  also?: (trx: Transaction, kept: AnalysisReport) => Promise<void>,
): Promise<AnalysisReport | undefined> {
  const findings = keptFindings(found.findings);
  const leftOut = found.findings.length - findings.length;
  const result = leftOut === 0 ? found.result : withNote(found.result, findings.length, leftOut);
  const report: AnalysisReport = { ...found, result, findings };
  const encoded = await encodeReport(report);
  const held = await finishJob(db, lease, { status: 'completed', result }, async (trx, job) => {
    await insertAnalysis(trx, job, { ...analysis, report, encoded, leftOut });
    await insertFindings(trx, job.id, findings);
    if (job.repository_id !== null) {
      await sql`
        update repositories set last_analysis_id = greatest(last_analysis_id, ${job.id}), updated_at = now()
        where id = ${job.repository_id}`.execute(trx);
      if (analysis.is_default_branch) await addTrend(trx, job.repository_id, job.id, report);
    }
    await also?.(trx, report);
  });
  return held ? report : undefined;
}

const withNote = (result: AnalysisResult, kept: number, leftOut: number): AnalysisResult => ({
  ...result,
  summary: `${result.summary}\n\nOf ${kept + leftOut} findings the ${kept} most severe are kept; the counts are of all.`,
});

async function insertAnalysis(
  trx: Transaction,
  job: JobRow,
  {
    report: { repository, depth, result },
    encoded,
    leftOut,
    ...analysis
  }: CompletedAnalysis & { encoded: EncodedReport; leftOut: number },
): Promise<void> {
  await trx
    .insertInto('analyses')
    .values({
      ...analysis,
      job_id: job.id,
      project_id: job.project_id,
      repository_id: job.repository_id,
      commit_sha: repository.commit,
      base_sha: repository.base,
      depth,
      complete: result.complete,
      gate_passed: result.gate.passed,
      counts: JSON.stringify(result.counts),
      left_out: leftOut,
      report: encoded.bytes,
      report_bytes: encoded.size,
    })
    .execute();
}

export function findAnalysis(db: Database, jobId: number): Promise<AnalysisRow | undefined> {
  return db.selectFrom('analyses').select(columns).where('job_id', '=', jobId).executeTakeFirst();
}

/** Reads the report of an analysis in its stored form, without parsing it. */
export async function readEncodedReport(db: Database, jobId: number): Promise<EncodedReport | undefined> {
  return db
    .selectFrom('analyses')
    .select(['report as bytes', 'report_bytes as size'])
    .where('job_id', '=', jobId)
    .executeTakeFirst();
}

export async function readReport(db: Database, jobId: number): Promise<AnalysisReport | undefined> {
  const encoded = await readEncodedReport(db, jobId);
  return encoded === undefined ? undefined : await decodeReport(encoded);
}

/** Returns the newest analysis of the repository's default branch. */
export function newestBaseline(db: Database, repositoryId: number): Promise<AnalysisRow | undefined> {
  return db
    .selectFrom('analyses')
    .select(columns)
    .where('repository_id', '=', repositoryId)
    .where('is_default_branch', '=', true)
    .orderBy('job_id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Finds the newest completed job of an equal request, with its analysis. */
export async function findAnsweredRequest(
  db: Database,
  projectId: number,
  requestKey: string,
): Promise<{ job: JobRow; analysis: AnalysisRow } | undefined> {
  const job = await db
    .selectFrom('jobs')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('request_key', '=', requestKey)
    .where('status', '=', 'completed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const analysis = job === undefined ? undefined : await findAnalysis(db, job.id);
  return job === undefined || analysis === undefined ? undefined : { job, analysis };
}
