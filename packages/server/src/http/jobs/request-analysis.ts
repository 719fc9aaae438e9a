import type Type from 'typebox';
import { type AnalysisRequest, analysisRequestKey } from '../../domain/analysis-request.ts';
import { invalid, notFoundAt } from '../../errors.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { createJob, type JobRow } from '../../store/jobs.ts';
import { getRepository, type RepositoryRow, repositoryKey, saveRepositories } from '../../store/repositories.ts';
import type { Principal } from '../principal.ts';
import type { JobInput } from './job-schema.ts';

/** Asks for an analysis. A repository that is named and not known yet is registered. */
export function requestAnalysis(
  db: Database,
  principal: Principal,
  { project_id, parameters }: Type.Static<typeof JobInput>,
): Promise<{ job: JobRow; created: boolean }> {
  return db.transaction().execute(async (trx) => {
    const repository = await requestedRepository(trx, project_id, parameters);
    const { fresh = false, repository: _named, repository_id: _id, ...rest } = parameters;
    const request: AnalysisRequest = {
      repository_id: repository.id,
      repository: { owner: repository.owner, name: repository.name },
      ...rest,
    };
    return createJob(trx, {
      project_id,
      job_type: 'repository_analysis',
      parameters: { ...request },
      request_key: analysisRequestKey(request),
      fresh,
      actor: principal.actor,
      integration_id: repository.integration_id,
      repository_id: repository.id,
    });
  });
}

async function requestedRepository(
  trx: Transaction,
  projectId: number,
  { repository_id, repository }: Type.Static<typeof JobInput>['parameters'],
): Promise<RepositoryRow> {
  if (repository_id !== undefined && repository !== undefined) {
    throw invalid([{ pointer: '/parameters/repository', message: 'stands beside repository_id; give one of the two' }]);
  }
  if (repository_id !== undefined) {
    const row = await getRepository(trx, repository_id);
    if (row?.project_id === projectId) return row;
    throw notFoundAt('/parameters/repository_id', `repository ${repository_id} in project ${projectId}`);
  }
  if (repository === undefined) {
    throw invalid([
      { pointer: '/parameters/repository', message: 'is missing; give {"owner": …, "name": …}, or repository_id' },
    ]);
  }
  const saved = await saveRepositories(trx, [{ project_id: projectId, integration_id: null, ...repository }]);
  const row = saved.get(repositoryKey(projectId, repository));
  if (row === undefined) throw new Error(`${repository.owner}/${repository.name} vanished while it was registered`);
  return row;
}
