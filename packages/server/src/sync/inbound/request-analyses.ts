import type { Transaction } from '../../database/database.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { AnalysisRequest } from '../../jobs/analysis-request.ts';
import { createAnalysisJob } from '../../jobs/create-analysis-job.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { actorOf } from './incoming-change.ts';

/**
 * Requests an analysis for each pull request with a new head and for each push to the default branch. Later analyses are compared with
 * those of the default branch.
 */
export async function requestAnalyses(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
): Promise<void> {
  for (const entry of ofKind(all, 'analysis_requested')) {
    const { number, headSha, headRef, baseSha } = entry.change.pullRequest;
    const request = { commit_sha: headSha, base_sha: baseSha, branch: headRef, pr_number: number };
    await requestAnalysis(trx, entry, repositories.of(entry, entry.change.repository), request);
  }
  for (const entry of ofKind(all, 'branch_pushed')) {
    const { branch, headSha } = entry.change;
    await requestAnalysis(trx, entry, repositories.of(entry, entry.change.repository), { branch, commit_sha: headSha });
  }
}

async function requestAnalysis(
  trx: Transaction,
  { integration, effects }: Entry,
  repository: RepositoryRow,
  request: Omit<AnalysisRequest, 'repository_id' | 'repository' | 'depth'>,
): Promise<void> {
  const { job } = await createAnalysisJob(trx, {
    projectId: integration.project_id,
    repository,
    request: { depth: 'standard', ...request },
    actor: actorOf(integration),
    integrationId: integration.id,
  });
  effects.push({ kind: 'analysis_requested', job_id: job.id, repository_id: repository.id });
}
