import type { Actor } from '../accounts/actor.ts';
import type { Transaction } from '../database/database.ts';
import type { RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { type AnalysisRequest, analysisRequestKey } from './analysis-request.ts';
import type { JobRow } from './job.ts';
import { ANALYSIS_JOB } from './job-definitions.ts';
import { createJob } from './job-queries.ts';
import { supersedeOlderAnalyses } from './supersede-analyses-queries.ts';

export interface NewAnalysis {
  projectId: number;
  repository: Pick<RepositoryRow, 'id' | 'owner' | 'name'>;
  request: Omit<AnalysisRequest, 'repository_id' | 'repository'>;
  actor: Actor;
  integrationId: number | null;
  /** True to create a job even when an equal request has an unfinished one. */
  fresh?: boolean;
}

/**
 * Creates the job of an analysis, or returns the unfinished job of an equal request. A new job supersedes unfinished analyses of older
 * commits of the same pull request or branch.
 */
export async function createAnalysisJob(
  trx: Transaction,
  { projectId, repository: { id, owner, name }, request, actor, integrationId, fresh = false }: NewAnalysis,
): Promise<{ job: JobRow; created: boolean }> {
  const parameters: AnalysisRequest = { repository_id: id, repository: { owner, name }, ...request };
  const result = await createJob(trx, {
    project_id: projectId,
    definition: ANALYSIS_JOB,
    parameters,
    request_key: analysisRequestKey(parameters),
    fresh,
    actor,
    integration_id: integrationId,
    repository_id: id,
  });
  if (result.created) await supersedeOlderAnalyses(trx, result.job, parameters);
  return result;
}
