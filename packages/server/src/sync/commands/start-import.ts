import type { RepositoryRef } from '@commandcenter/integration-kit';
import type { Actor } from '../../accounts/actor.ts';
import { requireWithinQuota } from '../../database/quotas.ts';
import { conflict, notFound } from '../../errors.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import type { JobRow } from '../../jobs/job.ts';
import { IMPORT_JOB } from '../../jobs/job-definitions.ts';
import { createJob, integrationLane } from '../../jobs/job-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';

export interface ImportRequest {
  integrationId: number;
  repository: RepositoryRef;
  /** If true, the import only reports what it would change. */
  dryRun: boolean;
  actor: Actor;
}

/**
 * Starts the job of an import, or returns the equal job that is under way. Throws ApiError 404, 409 if the integration is disabled, and
 * 429 if the project has too many unfinished jobs.
 */
export async function startImport(
  { db }: Pick<SyncDependencies, 'db'>,
  { integrationId, repository, dryRun, actor }: ImportRequest,
): Promise<JobRow> {
  const integration = await findIntegration(db, integrationId);
  if (integration === undefined) throw notFound(`integration ${integrationId}`);
  if (!integration.enabled) {
    throw conflict(
      `"${integration.name}" is disabled. Enable it with PATCH {"enabled": true, "status": "active"}.`,
      'integration.disabled',
    );
  }
  const name = `${repository.owner}/${repository.name}`;
  return db.transaction().execute(async (trx) => {
    const { job, created } = await createJob(trx, {
      project_id: integration.project_id,
      definition: IMPORT_JOB,
      parameters: {
        integration_id: integrationId,
        repository: { owner: repository.owner, name: repository.name },
        dry_run: dryRun,
      },
      request_key: `${IMPORT_JOB.type}:${integrationId}:${name.toLowerCase()}:${dryRun}`,
      actor,
      integration_id: integrationId,
      lane: integrationLane(integrationId),
    });
    if (created) await requireWithinQuota(trx, integration.project_id, 'unfinished_jobs');
    return job;
  });
}
