import type { ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import { conflict, notFound } from '../../errors.ts';
import type { JobHandler } from '../../jobs/handler.ts';
import type { Database } from '../../store/database.ts';
import { findIntegration, readClockOffset } from '../../store/integrations.ts';
import { findRepositories, findRepositoriesByIds } from '../../store/repositories.ts';
import { IMPORT_JOB } from '../commands/start-import.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { retryWhileUnavailable } from '../retry-while-unavailable.ts';
import { databaseTime } from '../task-queries.ts';
import { emptyImportState, ImportRun, type ImportState } from './import-run.ts';
import type { SyncIntegration } from './incoming-change.ts';

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
      const found = await retryWhileUnavailable(context, 'import', () =>
        deps.host.run(
          integration.id,
          'read repository',
          (instance, signal) => trackerOf(instance).getRepository(repository, signal),
          { signal: context.signal },
        ),
      );
      await requireFollower(deps.db, integration, found);
      // The request has measured the other side's clock.
      integration.clock_offset_ms = await readClockOffset(deps.db, integration.id);
      const run = new ImportRun(deps, integration, { requested: repository, found }, state, context);
      await (dry_run ? run.rehearse() : run.carryOut());
      const { url: _, started_at: __, would, ...counts } = state;
      return { repository: `${found.owner}/${found.name}`, dry_run, ...counts, ...(dry_run ? { would } : {}) };
    },
  };
}

/**
 * One integration of a project follows a repository. Throws 409 that names it when another integration is asked to bring in its items.
 */
export async function requireFollower(
  db: Database,
  integration: SyncIntegration,
  { owner, name, externalId }: ExternalRepository,
): Promise<void> {
  const { project_id, host, id } = integration;
  const found =
    externalId === undefined
      ? await findRepositories(db, [{ project_id, owner, name }])
      : await findRepositoriesByIds(db, integration, [externalId]);
  const follower = found.find((row) => row.host === host)?.integration_id ?? null;
  // An older integration takes the repository over, as with events.
  if (follower === null || follower >= id) return;
  throw conflict(
    `${owner}/${name} is followed by integration ${follower} of this project, so its items are not brought in twice. Use that integration.`,
    'integration.overlap',
  );
}
