import { type AnalysisRequest, analysisRequestKey } from '../../domain/analysis-request.ts';
import { ANALYSIS_JOB } from '../../domain/job-types.ts';
import type { Transaction } from '../../store/database.ts';
import { createJob } from '../../store/jobs.ts';
import type { RepositoryRow } from '../../store/repositories.ts';
import { supersedeOlderAnalyses } from '../../store/supersede-analyses.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { actorOf } from './incoming-change.ts';

/**
 * A pull request wants its newest head analysed, and a push to the default branch what is compared with later. Older ones of the same
 * pull request or branch are given up, also when they run.
 */
export async function requestAnalyses(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
): Promise<void> {
  for (const entry of ofKind(all, 'analysis_requested')) {
    const { number, headSha, headRef, baseSha } = entry.change.pullRequest;
    const of = { commit_sha: headSha, base_sha: baseSha, branch: headRef, pr_number: number };
    await requestAnalysis(trx, entry, repositories.of(entry, entry.change.repository), of);
  }
  for (const entry of ofKind(all, 'branch_pushed')) {
    const { branch, headSha } = entry.change;
    await requestAnalysis(trx, entry, repositories.of(entry, entry.change.repository), { branch, commit_sha: headSha });
  }
}

async function requestAnalysis(
  trx: Transaction,
  entry: Entry,
  repository: RepositoryRow,
  of: Omit<AnalysisRequest, 'repository_id' | 'repository' | 'depth'>,
): Promise<void> {
  const { integration } = entry;
  const parameters: AnalysisRequest = {
    repository_id: repository.id,
    repository: { owner: repository.owner, name: repository.name },
    depth: 'standard',
    ...of,
  };
  const { job, created } = await createJob(trx, {
    project_id: integration.project_id,
    job_type: ANALYSIS_JOB,
    parameters: { ...parameters },
    request_key: analysisRequestKey(parameters),
    actor: actorOf(integration),
    integration_id: integration.id,
    repository_id: repository.id,
  });
  if (created) await supersedeOlderAnalyses(trx, job);
  entry.effects.push({ kind: 'analysis_requested', job_id: job.id, repository_id: repository.id });
}
