import type { RepositoryRef } from '@commandcenter/integration-kit';
import { notFound } from '../errors.ts';
import type { JobHandler } from '../jobs/handler.ts';
import { findIntegration } from '../store/integrations.ts';
import { databaseTime } from '../store/tasks.ts';
import { callPatiently } from './call-patiently.ts';
import type { SyncDependencies } from './dependencies.ts';
import { emptyImportState, ImportRun, type ImportState } from './import-run.ts';
import { IMPORT_JOB } from './start-import.ts';

/**
 * Compares every item of a repository, open and closed, and makes the tasks that are missing. One request for the repository and one
 * for each 100 items, conditional on what the last import saw. Writes nothing there.
 */
export function createImportJob(deps: SyncDependencies): JobHandler {
  return {
    type: IMPORT_JOB,
    async run(job, context) {
      const { integration_id, repository, dry_run } = job.parameters as {
        integration_id: number;
        repository: RepositoryRef;
        dry_run: boolean;
      };
      const integration = await findIntegration(deps.db, integration_id);
      if (integration === undefined) throw notFound(`integration ${integration_id}`);
      const state = (job.checkpoint as ImportState | null) ?? emptyImportState(await databaseTime(deps.db));
      await context.progress(0, `Looking up ${repository.owner}/${repository.name}`);
      const found = await callPatiently(deps, integration.id, context, 'read repository', (tracker, signal) =>
        tracker.getRepository(repository, signal),
      );
      const run = new ImportRun(deps, integration, found, state, context);
      await (dry_run ? run.rehearse() : run.carryOut());
      const { url: _, started_at: __, would, ...counts } = state;
      return { repository: `${found.owner}/${found.name}`, dry_run, ...counts, ...(dry_run ? { would } : {}) };
    },
  };
}
