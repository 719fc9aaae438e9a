import type Type from 'typebox';
import type { BoundRepository, Principal } from '../accounts/principal.ts';
import type { Database, Transaction } from '../database/database.ts';
import { requireWithinQuota } from '../database/quotas.ts';
import { retriedTransaction } from '../database/retried-transaction.ts';
import { ApiError, invalid, notFoundAt } from '../errors.ts';
import { getRepository, type RepositoryRow } from '../integrations/repositories/repository-queries.ts';
import { saveRepository } from '../integrations/repositories/save-repository-queries.ts';
import { analysisRequestKey } from '../jobs/analysis-request.ts';
import { createAnalysisJob } from '../jobs/create-analysis-job.ts';
import type { JobRow } from '../jobs/job.ts';
import { findUnfinishedJob } from '../jobs/job-queries.ts';
import type { JobInput } from '../jobs/job-schema.ts';
import { type AnalysisRow, findAnsweredRequest } from './analysis-queries.ts';

/**
 * Returns true when the newest completed analysis of an equal request is what a new analysis would produce: the requested commit, base,
 * policy and advisory data are unchanged. May send requests to the provider.
 */
export type IsCurrentAnalysis = (job: JobRow, analysis: AnalysisRow) => Promise<boolean>;

/**
 * Requests an analysis and registers its repository when that is unknown. An equal request that is unfinished, or completed and still
 * current, returns its existing job. A new job supersedes analyses of older commits.
 */
export async function requestAnalysis(
  db: Database,
  principal: Principal,
  { project_id, parameters }: Type.Static<typeof JobInput>,
  isCurrent: IsCurrentAnalysis,
): Promise<{ job: JobRow; created: boolean }> {
  requireOneRepository(parameters);
  const repository = await retriedTransaction(db, (trx) =>
    principal.repository === null
      ? requestedRepository(trx, project_id, parameters)
      : ownRepository(trx, project_id, principal.repository, parameters),
  );
  const { fresh = false, repository: _named, repository_id: _id, ...rest } = parameters;
  if (!fresh) {
    const { id, owner, name } = repository;
    const requestKey = analysisRequestKey({ repository_id: id, repository: { owner, name }, ...rest });
    const known = await answeredBefore(db, project_id, requestKey, isCurrent);
    if (known !== undefined) return { job: known, created: false };
  }
  return retriedTransaction(db, async (trx) => {
    const result = await createAnalysisJob(trx, {
      projectId: project_id,
      repository,
      request: rest,
      actor: principal.actor,
      integrationId: repository.integration_id,
      fresh,
    });
    if (result.created) await requireWithinQuota(trx, project_id, 'unfinished_jobs');
    return result;
  });
}

/**
 * Finds a job that can serve an equal request. It must run outside of a transaction, because `isCurrent` may send requests to the
 * provider.
 */
async function answeredBefore(
  db: Database,
  projectId: number,
  requestKey: string,
  isCurrent: IsCurrentAnalysis,
): Promise<JobRow | undefined> {
  const unfinished = await findUnfinishedJob(db, projectId, requestKey);
  if (unfinished !== undefined) return unfinished;
  const answered = await findAnsweredRequest(db, projectId, requestKey);
  return answered !== undefined && (await isCurrent(answered.job, answered.analysis)) ? answered.job : undefined;
}

async function requestedRepository(
  trx: Transaction,
  projectId: number,
  { repository_id, repository }: Type.Static<typeof JobInput>['parameters'],
): Promise<RepositoryRow> {
  if (repository_id !== undefined) {
    const row = await getRepository(trx, repository_id);
    if (row?.project_id === projectId) return row;
    throw notFoundAt('/parameters/repository_id', `repository ${repository_id} in project ${projectId}`);
  }
  if (repository === undefined) throw missingRepository();
  const seen_at = new Date().toISOString();
  return saveRepository(trx, {
    project_id: projectId,
    integration_id: null,
    host: '',
    seen_at,
    late: false,
    ...repository,
  });
}

/**
 * Returns the repository that a workflow's token is bound to, identified by its immutable id and saved with the name from the id token.
 * Throws ApiError 403 when the request names any other repository.
 */
async function ownRepository(
  trx: Transaction,
  projectId: number,
  { id, host, externalId, name: ownName, namedAt }: BoundRepository,
  { repository_id, repository }: Type.Static<typeof JobInput>['parameters'],
): Promise<RepositoryRow> {
  const own = ownName ?? `the repository with the id ${externalId}`;
  if (repository_id !== undefined) {
    const row = repository_id === id ? await getRepository(trx, repository_id) : undefined;
    if (row === undefined) throw notItsOwn(own);
    return row;
  }
  if (repository === undefined) throw missingRepository();
  const [owner, name] = ownName?.split('/') ?? [];
  const asked = `${repository.owner}/${repository.name}`.toLowerCase();
  if (owner === undefined || name === undefined || asked !== ownName?.toLowerCase()) throw notItsOwn(own);
  const seen_at = namedAt.toISOString();
  return saveRepository(trx, {
    project_id: projectId,
    integration_id: null,
    host,
    seen_at,
    late: true,
    owner,
    name,
    externalId,
  });
}

function requireOneRepository({ repository_id, repository }: Type.Static<typeof JobInput>['parameters']): void {
  if (repository_id === undefined || repository === undefined) return;
  throw invalid([{ pointer: '/parameters/repository', message: 'stands beside repository_id; give one of the two' }]);
}

const missingRepository = (): ApiError =>
  invalid([
    { pointer: '/parameters/repository', message: 'is missing; give {"owner": …, "name": …}, or repository_id' },
  ]);

const notItsOwn = (own: string): ApiError =>
  new ApiError(
    403,
    'token.other_repository',
    `This token was given to a workflow of ${own}, and asks for analyses of that repository alone.`,
  );
