import { sql } from 'kysely';
import { type AnalysisRequest, analysisRequestKey } from '../domain/analysis-request.ts';
import type { Transaction } from '../store/database.ts';
import { createJob } from '../store/jobs.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { actorOf } from './incoming-change.ts';

/** A pull request wants its newest head analysed: older requests of the same pull request that have not begun are given up. */
export async function requestAnalyses(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
): Promise<void> {
  for (const entry of ofKind(all, 'analysis_requested')) {
    const { integration, change } = entry;
    const repository = repositories.of(entry, change.repository);
    const parameters: AnalysisRequest = {
      repository_id: repository.id,
      repository: { owner: repository.owner, name: repository.name },
      depth: 'standard',
      commit_sha: change.pullRequest.headSha,
      base_sha: change.pullRequest.baseSha,
      branch: change.pullRequest.headRef,
      pr_number: change.pullRequest.number,
    };
    const { job, created } = await createJob(trx, {
      project_id: integration.project_id,
      job_type: 'repository_analysis',
      parameters: { ...parameters },
      request_key: analysisRequestKey(parameters),
      actor: actorOf(integration),
      integration_id: integration.id,
      repository_id: repository.id,
    });
    if (created) {
      await sql`
        update jobs set status = 'cancelled', completed_at = now(), updated_at = now(),
          error = jsonb_build_object('code', 'job.superseded', 'detail', 'A newer commit of the pull request is analysed instead.', 'superseded_by', ${job.id}::bigint)
        where project_id = ${integration.project_id} and status = 'pending' and job_type = 'repository_analysis'
          and repository_id = ${repository.id} and parameters -> 'pr_number' = to_jsonb(${change.pullRequest.number}::integer)
          and id < ${job.id}`.execute(trx);
    }
    entry.effects.push({ kind: 'analysis_requested', job_id: job.id, repository_id: repository.id });
  }
}
