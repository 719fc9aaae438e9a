import { analyzerVersion, fetchCommits, openAdvisories } from '@commandcenter/analyzer';
import { type AnalysisRequest, analysisResultKey } from '../jobs/analysis-request.ts';
import type { JobRow } from '../jobs/job.ts';
import { ANALYSIS_JOB, parametersOf } from '../jobs/job-definitions.ts';
import type { AnalysisRow } from './analysis-queries.ts';
import type { AnalysisDependencies } from './dependencies.ts';
import { gitOptions, headRef, mirrorKey } from './source/prepare-source.ts';
import { findSourceAccess } from './source/source-access.ts';

/** Longest time in ms for the check, because the requester waits for it. When it takes longer, a new analysis is started. */
const PATIENCE_MS = 8000;

/**
 * Creates a function that returns true when a completed analysis equals what the same request would produce now: the requested head is
 * still the analyzed commit, and the advisory data and analyzer version are the same. The policy is not compared, because it is a file in
 * the commits.
 */
export function createIsCurrentAnalysis(dependencies: AnalysisDependencies) {
  return async (job: JobRow, analysis: AnalysisRow): Promise<boolean> => {
    const request = parametersOf(ANALYSIS_JOB, job);
    const { commit_sha: commit, base_sha: base, complete } = analysis;
    // An incomplete analysis is repeated, because the missing part may be available now.
    if (!complete) return false;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      if (commit === null || (await headOf(dependencies, request, signal)) !== commit) return false;
      const advisoryKey = await currentAdvisoryKey(dependencies);
      const { repository_id: repositoryId, depth } = request;
      const key = analysisResultKey({ repositoryId, depth, commit, base, advisoryKey, analyzerVersion });
      return key === analysis.result_key;
    } catch (error) {
      dependencies.log.debug(
        { err: error, job: job.id },
        'not known whether an analysis is current: a new one is made',
      );
      return false;
    }
  };
}

/**
 * Returns the commit that the request refers to now. Returns undefined for a pull request without a commit, whose head only an analysis
 * determines.
 */
async function headOf(
  dependencies: AnalysisDependencies,
  request: AnalysisRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (request.commit_sha !== undefined) return request.commit_sha;
  if (request.pr_number !== undefined) return undefined;
  const access = await findSourceAccess(dependencies, request.repository_id, signal);
  const options = await gitOptions(dependencies, access);
  const [head] = await dependencies.mirrors.use(
    mirrorKey(access),
    (mirror) => fetchCommits({ ...options, mirror, commits: [headRef(request)], signal }),
    signal,
  );
  return head;
}

async function currentAdvisoryKey({ folders, osvUrl, fetch, clock }: AnalysisDependencies): Promise<string> {
  const where = { folder: folders.advisories, url: osvUrl, fetch, cacheFolder: null };
  return (await openAdvisories({ ...where, now: clock.now() }))?.key ?? 'none';
}
