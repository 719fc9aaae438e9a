import type { AnalysisReport, Finding } from '@commandcenter/analyzer';
import { countWords, toMarkdown } from '@commandcenter/analyzer/report';
import type { AnalysisAnnotation, AnalysisPresentation } from '@commandcenter/integration-kit';
import { systemActor } from '../../accounts/actor.ts';
import type { Database } from '../../database/database.ts';
import { getRepository, type RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { AnalysisRequest } from '../../jobs/analysis-request.ts';
import type { JobHandler } from '../../jobs/handler.ts';
import type { JobRow } from '../../jobs/job.ts';
import { ANALYSIS_JOB, PUBLICATION_JOB, parametersOf } from '../../jobs/job-definitions.ts';
import { createJob, findJob, integrationLane } from '../../jobs/job-queries.ts';
import { retryWhileUnavailable } from '../../sync/retry-while-unavailable.ts';
import { readReport } from '../analysis-queries.ts';
import type { AnalysisDependencies } from '../dependencies.ts';
import { askCodeHost, findCodeHost } from '../source/source-access.ts';
import { findPublication, savePublication } from './publication-queries.ts';

/** Name of the check run at the provider. */
const NAME = 'CommandCenter analysis';
const MOST_ANNOTATIONS = 500;
/** Longest time in ms that an analysis waits until it is shown as running. */
const PROGRESS_MS = 10_000;

type Publisher = Pick<AnalysisDependencies, 'db' | 'host' | 'log' | 'links' | 'clock'>;

/**
 * Creates the job that shows the end of an analysis on its pull request. It is a separate job because it may have to wait until the
 * provider is available.
 */
export async function requestPublication(db: Database, job: JobRow, request: AnalysisRequest): Promise<void> {
  if (request.pr_number === undefined) return;
  const repository = await getRepository(db, request.repository_id);
  const integrationId = (repository && (await findCodeHost(db, repository)))?.id ?? null;
  await db.transaction().execute((trx) =>
    createJob(trx, {
      project_id: job.project_id,
      definition: PUBLICATION_JOB,
      parameters: { analysis_job_id: job.id },
      request_key: `${PUBLICATION_JOB.type}:${job.id}`,
      actor: systemActor,
      integration_id: integrationId,
      repository_id: job.repository_id,
      ...(integrationId === null ? {} : { lane: integrationLane(integrationId) }),
    }),
  );
}

/** Shows on the pull request that its analysis runs, when the provider supports that. Errors do not affect the analysis. */
export async function publishProgress(
  dependencies: Publisher,
  job: JobRow,
  request: AnalysisRequest,
  signal: AbortSignal,
): Promise<void> {
  if (request.pr_number === undefined || request.commit_sha === undefined) return;
  try {
    const running = {
      status: 'in_progress',
      conclusion: null,
      title: 'Running',
      summary: 'The analysis is running.',
    } as const;
    await publish(
      dependencies,
      job,
      request,
      { ...running, headSha: request.commit_sha, text: '', annotations: [] },
      AbortSignal.any([signal, AbortSignal.timeout(PROGRESS_MS)]),
    );
  } catch (error) {
    signal.throwIfAborted();
    dependencies.log.debug({ err: error, job: job.id }, 'the running analysis could not be shown on the pull request');
  }
}

export function createPublicationJob(dependencies: Publisher): JobHandler {
  return {
    type: PUBLICATION_JOB.type,
    async run(job, context) {
      const { analysis_job_id } = parametersOf(PUBLICATION_JOB, job);
      await context.progress(10, 'Showing the analysis on its pull request');
      return retryWhileUnavailable(context, 'publication', () =>
        publishEnd(dependencies, analysis_job_id, context.signal),
      );
    },
  };
}

async function publishEnd(dependencies: Publisher, analysisJobId: number, signal: AbortSignal): Promise<unknown> {
  const analysisJob = await findJob(dependencies.db, analysisJobId);
  if (analysisJob === undefined) return { kind: 'none', reason: 'The analysis was deleted meanwhile.' };
  const request = parametersOf(ANALYSIS_JOB, analysisJob);
  const report = await readReport(dependencies.db, analysisJobId);
  const headSha = report?.repository.commit ?? request.commit_sha;
  if (headSha === undefined) return { kind: 'none', reason: 'The analysis ended before its commit was known.' };
  const content = report === undefined ? withoutResult(analysisJob) : ofReport(report);
  return await publish(dependencies, analysisJob, request, { ...content, headSha }, signal);
}

type Content = Pick<AnalysisPresentation, 'status' | 'conclusion' | 'title' | 'summary' | 'text' | 'annotations'>;

async function publish(
  dependencies: Publisher,
  job: JobRow,
  { repository_id, pr_number }: AnalysisRequest,
  content: Content & { headSha: string },
  signal: AbortSignal,
): Promise<{ kind: string; url?: string | null; reason?: string }> {
  const { db, links, clock } = dependencies;
  const repository = await getRepository(db, repository_id);
  if (repository === undefined || pr_number === undefined)
    return { kind: 'none', reason: 'The repository was deleted.' };
  const before = await findPublication(db, repository_id, pr_number);
  // A later analysis of the pull request is already shown and must not be replaced by this older one.
  if (before !== undefined && before.job_id > job.id) return { kind: 'none', reason: 'A newer analysis is shown.' };
  const presentation: AnalysisPresentation = {
    ...content,
    pullRequest: pr_number,
    name: NAME,
    marker: markerOf(repository),
    externalId: before?.external_id ?? null,
    detailsUrl: content.status === 'completed' && content.conclusion !== null ? links.urlOf(job, clock.now()) : null,
  };
  const published = await askCodeHost(
    dependencies,
    repository,
    'publishing of an analysis',
    (codeHost, where, inner) => codeHost.publishAnalysis(where, presentation, inner),
    signal,
  );
  if (published === undefined) return { kind: 'none', reason: 'The repository has no integration that could show it.' };
  const { kind, url, externalId, reason } = published;
  await savePublication(db, {
    repository_id,
    pr_number,
    kind,
    external_id: externalId,
    url,
    reason: reason ?? null,
    job_id: job.id,
  });
  return { kind, url, ...(reason === undefined ? {} : { reason }) };
}

const markerOf = ({ id, project_id }: RepositoryRow): string => `analysis:${project_id}:${id}`;

function withoutResult({ status, error }: JobRow): Content {
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string };
  const superseded = code === 'job.superseded';
  return {
    status: 'completed',
    conclusion: 'neutral',
    title: superseded
      ? 'A newer commit is analysed instead'
      : `The analysis was ${status === 'failed' ? 'not possible' : status}`,
    summary: detail ?? 'It was cancelled.',
    text: '',
    annotations: [],
  };
}

function ofReport(report: AnalysisReport): Content {
  const { gate, counts, complete, summary } = report.result;
  const found = countWords(
    Object.values(counts.new).reduce((sum, count) => sum + count, 0),
    'new finding',
  );
  const failed = countWords(gate.conditions.filter(({ passed }) => !passed).length, 'condition');
  const title = gate.passed ? `Passed: ${found}` : `${failed} failed: ${found}`;
  return {
    status: 'completed',
    conclusion: gate.passed ? (complete ? 'success' : 'neutral') : 'failure',
    title: complete ? title : `${title} (incomplete)`,
    summary,
    text: toMarkdown(report),
    annotations: report.findings
      .filter(({ state }) => state === 'new')
      .flatMap(annotationOf)
      .slice(0, MOST_ANNOTATIONS),
  };
}

const levels = { critical: 'failure', high: 'failure', medium: 'warning', low: 'notice' } as const;

function annotationOf({ path, start_line, end_line, severity, title, message, fix }: Finding): AnalysisAnnotation[] {
  if (path === null) return [];
  const startLine = start_line ?? 1;
  return [
    {
      path,
      startLine,
      endLine: Math.max(end_line ?? startLine, startLine),
      level: levels[severity],
      title,
      message: fix === undefined ? message : `${message}\n\n${fix}`,
    },
  ];
}
