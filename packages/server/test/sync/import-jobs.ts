import type { LoggedRequest } from '@commandcenter/fake-github';
import { startImport } from '../../src/sync/commands/start-import.ts';
import type { SyncDependencies } from '../../src/sync/dependencies.ts';
import { createImportJob } from '../../src/sync/inbound/import-job.ts';
import type { PlannedChange } from '../../src/sync/inbound/import-outcomes.ts';
import type { ImportCounts } from '../../src/sync/inbound/import-state.ts';
import { person } from './fixtures.ts';
import { type GitHubWorld, repositoryRef } from './github-world.ts';
import { type JobReport, type RunOptions, runJob } from './run-job.ts';

export interface ImportResult extends ImportCounts {
  repository: string;
  summary: string;
  pages: number;
  unchanged_pages: number;
  would: PlannedChange[];
}

/** Starts imports in a world and runs them as a worker does. */
export class ImportJobs {
  readonly #world: GitHubWorld;

  constructor(world: GitHubWorld) {
    this.#world = world;
  }

  async start({ dryRun = false, repository = repositoryRef } = {}): Promise<number> {
    const { deps, integration } = this.#world;
    return (await startImport(deps, { integrationId: integration.id, repository, dryRun, actor: person })).id;
  }

  async run(
    options: { dryRun?: boolean; repository?: typeof repositoryRef; deps?: SyncDependencies } = {},
  ): Promise<{ result: ImportResult; steps: JobReport['steps'] }> {
    return this.resume(await this.start(options), options);
  }

  /** Runs an import job from its checkpoint. */
  async resume(
    id: number,
    { deps = this.#world.deps, ...options }: { deps?: SyncDependencies } & RunOptions = {},
  ): Promise<{ result: ImportResult; steps: JobReport['steps'] }> {
    const { result, steps } = await runJob(this.#world.database.db, createImportJob(deps), id, options);
    return { result: result as ImportResult, steps };
  }

  /** Returns the requests that GitHub received since the last `requests.reset()`. */
  requests(): LoggedRequest[] {
    return [...this.#world.github.requests.all()];
  }

  listings(): LoggedRequest[] {
    return this.requests().filter(({ path }) => path.endsWith('/issues'));
  }
}

/**
 * Returns dependencies that call `happens` after each operation of the integration, so that a test can change something at the provider.
 *
 * @param happens receives the number of operations so far
 */
export function betweenRequests(
  deps: SyncDependencies,
  happens: (count: number) => void | Promise<void>,
): SyncDependencies {
  let count = 0;
  const host: SyncDependencies['host'] = {
    registry: deps.host.registry,
    session: (...args) => deps.host.session(...args),
    async run(...args) {
      const result = await deps.host.run(...args);
      count += 1;
      await happens(count);
      return result;
    },
  };
  return { ...deps, host };
}
