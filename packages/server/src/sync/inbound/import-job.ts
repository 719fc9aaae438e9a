import type { ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { notFound } from '../../errors.ts';
import { findIntegration, readClockOffset } from '../../integrations/integration-queries.ts';
import { grantRepositories } from '../../integrations/repositories/repository-grant-queries.ts';
import {
  findRepositoryByName,
  getRepository,
  type RepositoryRow,
} from '../../integrations/repositories/repository-queries.ts';
import type { JobContext, JobHandler } from '../../jobs/handler.ts';
import { IMPORT_JOB, parametersOf } from '../../jobs/job-definitions.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { findKnownRepository, requireFollower } from '../repositories/followed-repository.ts';
import { identifyRepository } from '../repositories/identify-repository.ts';
import { retryWhileUnavailable } from '../retry-while-unavailable.ts';
import { ImportRun } from './import-run.ts';
import { ImportSource, requireSameRepository } from './import-source.ts';
import { changesSince, type ImportState, isImportState, newImportState } from './import-state.ts';
import { summarizeImport } from './import-summary.ts';
import type { SyncIntegration } from './incoming-change.ts';
import { dropPagesOfEndedImports } from './listing-page-queries.ts';
import { watchSince } from './repository-poll-queries.ts';

/**
 * Creates the handler of the import job. It compares every item of a repository, open and closed, creates the missing tasks, and lets
 * items be read that are no longer listed. It sends one request for the repository, one for each 100 items and at most two more,
 * conditional on the pages of the last import, and writes nothing at the provider. A dry run does the same and keeps nothing.
 */
export function createImportJob(deps: SyncDependencies): JobHandler {
  return {
    type: IMPORT_JOB.type,
    async run(job, context) {
      const { integration_id, repository, dry_run } = parametersOf(IMPORT_JOB, job);
      const integration = await findIntegration(deps.db, integration_id);
      if (integration === undefined) throw notFound(`integration ${integration_id}`);
      const before = isImportState(job.checkpoint) ? job.checkpoint : newImportState(await databaseTime(deps.db));
      await context.progress(0, `Looking up ${repository.owner}/${repository.name}`);
      const found = await lookUp(deps, integration, repository, context);
      requireSameRepository(found, before.external_id ?? undefined);
      await requireFollower(deps.db, integration, found);
      // The request for the repository has measured the provider's clock.
      integration.clock_offset_ms = await readClockOffset(deps.db, integration.id);
      const state = { ...before, external_id: found.externalId ?? null };
      const row = dry_run
        ? await findKnownRepository(deps.db, integration, found)
        : await begin(deps, integration, { requested: repository, found }, state, context);
      const source = new ImportSource(deps, integration, { found, row }, { rehearsal: dry_run, context });
      const options = { jobId: job.id, integration, repository: { found, row }, source, rehearsal: dry_run, context };
      const ended = await new ImportRun(deps, options, state).carryOut();
      // The repository may have been renamed while the import ran.
      const { owner, name } = (row && (await getRepository(deps.db, row.id))) ?? found;
      return resultOf(`${owner}/${name}`, dry_run, ended);
    },
  };
}

function resultOf(repository: string, dry_run: boolean, { counts, pages, unchanged_pages, would }: ImportState) {
  const summary = summarizeImport(counts, { rehearsal: dry_run });
  return { repository, dry_run, summary, pages, unchanged_pages, ...counts, ...(dry_run ? { would } : {}) };
}

function lookUp(
  { host }: SyncDependencies,
  { id }: SyncIntegration,
  repository: RepositoryRef,
  context: JobContext,
): Promise<ExternalRepository> {
  const { signal } = context;
  return retryWhileUnavailable(context, 'import', () =>
    host.run(id, 'read repository', (instance, inner) => trackerOf(instance).getRepository(repository, inner), {
      signal,
    }),
  );
}

/** Stores the repository and starts polling it, so that polls find the changes that are made during the import. */
function begin(
  { db }: SyncDependencies,
  integration: SyncIntegration,
  { requested, found }: { requested: RepositoryRef; found: ExternalRepository },
  state: ImportState,
  context: JobContext,
): Promise<RepositoryRow> {
  return retriedTransaction(db, async (trx) => {
    const asked = await findRepositoryByName(trx, integration.project_id, integration.host, requested);
    const row = await identifyRepository(trx, integration, asked, found);
    await grantRepositories(trx, [{ repository_id: row.id, integration_id: integration.id }]);
    await watchSince(trx, integration.id, row.id, changesSince(state, integration));
    await dropPagesOfEndedImports(trx);
    await context.checkpoint(state, trx);
    return row;
  });
}
