import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AnalysisError,
  analyzeInChild,
  analyzerVersion,
  type PackedReport,
  unpackReport,
} from '@commandcenter/analyzer';
import type { Turns } from '../background/turns.ts';
import type { Transaction } from '../database/database.ts';
import type { IntegrationRow } from '../integrations/integration-queries.ts';
import type { RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { type AnalysisRequest, analysisResultKey } from '../jobs/analysis-request.ts';
import type { JobContext, JobHandler } from '../jobs/handler.ts';
import type { JobRow } from '../jobs/job.ts';
import { ANALYSIS_JOB, parametersOf } from '../jobs/job-definitions.ts';
import { type AwaitedSource, awaitJobSource } from '../jobs/job-lease-queries.ts';
import { newReportLinkNonce, wantsReportLink } from '../jobs/report-link.ts';
import type { Logger } from '../logging.ts';
import { completeAnalysis } from './analysis-queries.ts';
import type { AnalysisDependencies } from './dependencies.ts';
import { followFindings } from './findings/finding-tasks.ts';
import { publishProgress, requestPublication } from './publication/publication-job.ts';
import { setReportLinkNonce } from './reports/report-link-queries.ts';
import { type PreparedSource, withSource } from './source/prepare-source.ts';
import { findCodeHost, SourceOutOfReachError } from './source/source-access.ts';
import { openWorkFolder } from './source/work-folder.ts';

/**
 * Number of attempts, by code of an error that may pass by itself: a host that is unreachable for a moment, or a child process that the
 * system killed for its memory use.
 */
const attemptsAt: Readonly<Record<string, number>> = {
  'source.unreachable': 3,
  'source.timeout': 3,
  'analysis.died': 2,
};
const RETRY_PAUSE_MS = 2000;
/** Codes of errors after which a job waits for an upload, because somebody who has the source can still provide it. */
const uploadable = [
  'source.unreachable',
  'source.timeout',
  'source.auth',
  'source.host_key',
  'source.not_found',
  'source.not_a_repository',
];

/** Creates the handler of analysis jobs. It fetches the source, runs the analyzer in a child process, and stores the result. */
export function createAnalysisJob(dependencies: AnalysisDependencies, turns: Turns): JobHandler {
  return {
    type: ANALYSIS_JOB.type,
    async run(job, context) {
      const request = parametersOf(ANALYSIS_JOB, job);
      await publishProgress(dependencies, job, request, context.signal);
      try {
        return await analyseOrAwait(dependencies, turns, job, request, context);
      } catch (error) {
        // Also publish the end of a canceled analysis, which would otherwise be shown as running forever.
        await requestPublication(dependencies.db, job, request);
        throw error;
      }
    },
  };
}

async function analyseOrAwait(
  dependencies: AnalysisDependencies,
  turns: Turns,
  job: JobRow,
  request: AnalysisRequest,
  context: JobContext,
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await analyseOnce(dependencies, turns, job, request, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof AnalysisError && attempt < (attemptsAt[error.code] ?? 1)) {
        dependencies.log.warn({ err: error, job: job.id, attempt }, 'the analysis is retried');
        await sleep(RETRY_PAUSE_MS * attempt, undefined, { signal: context.signal });
        continue;
      }
      if (!canBeUploaded(job, error)) throw error;
      return void (await awaitJobSource(context.db, context.lease, awaitedSource(error)));
    }
  }
}

/**
 * Returns true when a failed job may wait for an upload. An analysis that an integration requested may not: no workflow is behind it that
 * could upload the source.
 */
function canBeUploaded({ actor }: JobRow, error: unknown): error is AnalysisError | SourceOutOfReachError {
  const byIntegration = (actor as { type?: string }).type === 'integration';
  if (byIntegration) return false;
  return error instanceof SourceOutOfReachError || (error instanceof AnalysisError && uploadable.includes(error.code));
}

function awaitedSource(error: AnalysisError | SourceOutOfReachError): AwaitedSource {
  const isUnknown = error instanceof SourceOutOfReachError;
  const detail = isUnknown ? error.detail : error.message;
  const remedy = isUnknown || error.hint === undefined ? {} : { remedy: error.hint };
  return {
    step: `Waiting for the source to be uploaded: ${detail}`,
    error: { code: error.code, detail, ...remedy },
    // A repository or credential that is set up but does not work is reported after a minute, because an Action would upload the source
    // within seconds.
    patienceMs: isUnknown ? 3_600_000 : 60_000,
  };
}

async function analyseOnce(
  dependencies: AnalysisDependencies,
  turns: Turns,
  job: JobRow,
  request: AnalysisRequest,
  context: JobContext,
): Promise<unknown> {
  const { folders } = dependencies;
  await using folder = await openWorkFolder(folders.work);
  const onProgress = showInTurn(context, dependencies.log);
  const wanted = { jobId: job.id, request, folder: folder.path, signal: context.signal, onProgress };
  return await withSource(dependencies, wanted, async (source) => {
    onProgress(8, 'Waiting for a free processor');
    const packed = await turns.take(job.project_id, context.signal, () =>
      analyzeInChild(
        {
          repository: `${request.repository.owner}/${request.repository.name}`,
          head: source.head,
          base: source.base,
          depth: request.depth,
          now: dependencies.clock.now().toISOString(),
          advisories: { folder: folders.advisories, url: dependencies.osvUrl },
          cacheFolder: join(folders.results, String(job.project_id)),
          temporaryFolder: folder.path,
        },
        {
          signal: context.signal,
          fetch: dependencies.fetch,
          onProgress: (percent, step) => onProgress(8 + percent * 0.9, step),
        },
      ),
    );
    await complete(dependencies, job, request, source, packed, context);
  });
}

async function issueTracker(trx: Transaction, repository: RepositoryRow): Promise<IntegrationRow | null> {
  const integration = repository.integration_id === null ? undefined : await findCodeHost(trx, repository);
  return integration?.enabled ? integration : null;
}

/**
 * Returns a function that stores progress reports one after the other, so that none overtakes another. Reports that arrive while one is
 * being stored are skipped, except the last.
 */
function showInTurn({ progress }: JobContext, log: Logger): (percent: number, step: string) => void {
  let next: [percent: number, step: string] | undefined;
  let showing = false;
  const show = async (): Promise<void> => {
    showing = true;
    while (next !== undefined) {
      const [percent, step] = next;
      next = undefined;
      // Progress that cannot be stored is no reason to stop the analysis.
      await progress(percent, step).catch((error) => log.debug({ err: error }, 'progress not written'));
    }
    showing = false;
  };
  return (percent, step) => {
    next = [percent, step];
    if (!showing) void show();
  };
}

async function complete(
  { db, links, clock }: AnalysisDependencies,
  job: JobRow,
  request: AnalysisRequest,
  { isDefaultBranch, repository, isPublic }: PreparedSource,
  packed: PackedReport,
  { lease }: JobContext,
): Promise<void> {
  const report = await unpackReport(packed);
  const { commit, base } = report.repository;
  const nonce = wantsReportLink(request.report_link, isPublic) ? newReportLinkNonce() : null;
  const report_url = links.urlOf({ id: job.id, report_link_nonce: nonce }, clock.now());
  const kept = await completeAnalysis(
    db,
    lease,
    {
      report: { ...report, result: { ...report.result, report_url } },
      branch: request.branch ?? (isDefaultBranch ? (repository?.default_branch ?? null) : null),
      pr_number: request.pr_number ?? null,
      is_default_branch: isDefaultBranch,
      result_key: analysisResultKey({
        repositoryId: request.repository_id,
        depth: request.depth,
        commit,
        base,
        advisoryKey: packed.advisoryKey,
        analyzerVersion,
      }),
    },
    async (trx, saved) => {
      await setReportLinkNonce(trx, job.id, nonce);
      if (!isDefaultBranch || repository === null) return;
      const actor = { type: 'system', id: null, name: 'Analysis' } as const;
      await followFindings(trx, {
        projectId: job.project_id,
        repository,
        jobId: job.id,
        report: saved,
        wanted: new Set(packed.taskFingerprints),
        issuesAt: packed.createIssues ? await issueTracker(trx, repository) : null,
        actor,
      });
    },
  );
  if (kept !== undefined) await requestPublication(db, job, request);
}
