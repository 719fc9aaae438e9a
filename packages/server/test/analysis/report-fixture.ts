import { randomBytes } from 'node:crypto';
import type { AnalysisReport, Finding } from '@commandcenter/analyzer';
import { systemActor } from '../../src/accounts/actor.ts';
import { type CompletedAnalysis, completeAnalysis } from '../../src/analyses/analysis-queries.ts';
import type { Database } from '../../src/database/database.ts';
import { type AnalysisRequest, analysisRequestKey } from '../../src/jobs/analysis-request.ts';
import type { JobRow, JobStatus } from '../../src/jobs/job.ts';
import { ANALYSIS_JOB } from '../../src/jobs/job-definitions.ts';
import { createJob } from '../../src/jobs/job-queries.ts';

export const sha = (): string => randomBytes(20).toString('hex');

export function finding(values: Partial<Finding> = {}): Finding {
  return {
    id: 1,
    fingerprint: randomBytes(8).toString('hex'),
    engine: 'secrets',
    rule: 'secrets/aws-access-key',
    severity: 'critical',
    state: 'new',
    title: 'AWS access key',
    message: 'An access key stands in the source.',
    path: 'src/upload.ts',
    start_line: 12,
    end_line: 12,
    ...values,
  };
}

/** Returns a small report with these findings. */
export function report(findings: Finding[] = [finding()], values: Partial<AnalysisReport> = {}): AnalysisReport {
  const count = (state?: string) => {
    const of = (severity: string) =>
      findings.filter((one) => one.severity === severity && (state === undefined || one.state === state)).length;
    return { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') };
  };
  return {
    tool: { name: 'commandcenter', version: '0.1.0' },
    repository: { name: 'my-org/analysed', commit: sha(), base: null },
    depth: 'standard',
    created_at: '2026-01-31T12:00:00.000Z',
    result: {
      summary: `${findings.length} findings.`,
      critical_issues: count('new').critical,
      counts: { new: count('new'), all: count() },
      gate: { passed: true, conditions: [] },
      engines: [
        {
          name: 'secrets',
          version: '1',
          files_seen: 3,
          files_skipped: 0,
          skipped: [],
          seconds: 0.1,
          complete: true,
          notes: [],
        },
      ],
      complete: true,
      report_url: null,
    },
    findings,
    facts: {
      languages: [{ name: 'TypeScript', files: 3, code: 90, comment: 5, blank: 5 }],
      technologies: [],
      dependencies: [],
    },
    ...values,
  };
}

/** Inserts the job of a requested analysis in the given state. No worker claims it, because it is never pending. */
export function analysisJob(
  db: Database,
  repository: { id: number; project_id: number },
  status: JobStatus,
  request: Partial<AnalysisRequest> = {},
): Promise<JobRow> {
  const parameters: AnalysisRequest = {
    repository_id: repository.id,
    repository: { owner: 'my-org', name: 'analysed' },
    depth: 'standard',
    ...request,
  };
  return db.transaction().execute(async (trx) => {
    const { job } = await createJob(trx, {
      project_id: repository.project_id,
      definition: ANALYSIS_JOB,
      parameters,
      request_key: analysisRequestKey(parameters),
      fresh: true,
      actor: systemActor,
      repository_id: repository.id,
    });
    const lease = { lease_owner: OWNER, lease_until: new Date(Date.now() + 3_600_000), started_at: new Date() };
    return trx
      .updateTable('jobs')
      .set({ status, ...(status === 'running' ? lease : {}) })
      .where('id', '=', job.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

const OWNER = 'the worker of the test';
export const leaseOf = ({ id }: JobRow) => ({ jobId: id, owner: OWNER });

/** Inserts an analysis that has completed with a report. */
export async function completedAnalysis(
  db: Database,
  repository: { id: number; project_id: number },
  values: Partial<CompletedAnalysis> & { request?: Partial<AnalysisRequest> } = {},
): Promise<JobRow> {
  const { request, ...analysis } = values;
  const job = await analysisJob(db, repository, 'running', request);
  await completeAnalysis(db, leaseOf(job), {
    report: report(),
    branch: 'main',
    pr_number: null,
    is_default_branch: true,
    result_key: 'key',
    ...analysis,
  });
  return job;
}
