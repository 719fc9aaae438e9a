import { IntegrationError } from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { retryAfter } from '../../integrations/health/retry-policy.ts';
import { failureOf } from '../../integrations/health/work-failure.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import { claimCheck, nextCheckInMs, scheduleCheck } from '../../integrations/repositories/repository-check-queries.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { checkRepository, type RepositoryAccess } from '../diagnose-failure.ts';
import { slotsFor, startWorkerPool, type Worker } from '../worker-pool.ts';
import { identifyRepository } from './identify-repository.ts';
import { restoreRepository } from './repository-access.ts';
import { storeAccess } from './store-access.ts';

/** Seconds for which a worker leases the check of a repository, which takes one or two requests. */
const LEASE_SECONDS = 60;
/** The most repository checks of one integration that run at a time in this process. */
const LANE_LIMIT = 2;
/**
 * Number that stands for the integration of repositories that no integration follows, so that their checks take turns with those of
 * integrations.
 */
const NO_INTEGRATION = 0;
/** Milliseconds until a renamed repository is checked again, so that a name that keeps changing does not keep the worker busy. */
const RENAMED_PAUSE_MS = 1000;
const SUSPENDED_PAUSE_MS = 60_000;

/**
 * Starts the worker that checks repositories: those that refuse requests, and those whose access has changed according to an event. One
 * request decides for all links of a repository.
 */
export function startRepositoryChecker(
  deps: SyncDependencies,
  { concurrency = 4 }: { concurrency?: number } = {},
): Worker {
  const { db } = deps;
  return startWorkerPool<RepositoryRow>({
    ...deps,
    name: 'repository-checks',
    channel: 'repository_checks',
    limits: slotsFor(concurrency),
    laneOf: ({ integration_id }) => integration_id ?? NO_INTEGRATION,
    laneLimit: LANE_LIMIT,
    claim: (except) => claimCheck(db, LEASE_SECONDS, except),
    nextInMs: (except) => nextCheckInMs(db, except),
    perform: (repository, signal) => checkAccess(deps, repository, signal),
  });
}

/** Checks one claimed repository, and stores that it works, was renamed or refuses, or plans the next check. */
export async function checkAccess(
  deps: SyncDependencies,
  repository: RepositoryRow,
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps;
  const { id, integration_id, check_attempts } = repository;
  const integration = integration_id === null ? undefined : await findIntegration(db, integration_id);
  if (integration === undefined)
    return db.transaction().execute((trx) => scheduleCheck(trx, id, { delayMs: null, attempts: 0 }));
  let access: RepositoryAccess;
  try {
    const session = await deps.host.session(integration.id, { signal });
    access = await checkRepository(session, repository, { writing: true });
  } catch (error) {
    if (!(error instanceof IntegrationError) || signal.aborted) throw error;
    access = { kind: 'other', error };
  }
  await retriedTransaction(db, async (trx) => {
    switch (access.kind) {
      case 'works': {
        const known = await identifyRepository(trx, integration, repository, access.repository);
        await restoreRepository(trx, known.id);
        // A link whose create may have been carried out stays with the row under which the repository was known, so that row is restored
        // too.
        if (known.id !== id) await restoreRepository(trx, id);
        return;
      }
      case 'repository_renamed':
        // Only the name was wrong. The next check tells whether the repository works under the new one.
        await storeAccess(trx, integration, repository, access);
        return scheduleCheck(trx, id, { delayMs: RENAMED_PAUSE_MS, attempts: check_attempts });
      case 'repository_refused':
        return storeAccess(trx, integration, repository, access);
      case 'other': {
        const now = await databaseTime(trx);
        const decision = retryAfter(failureOf(access.error), 'repository_check', check_attempts, now, Math.random());
        const counts = decision.kind === 'retry' && decision.counts;
        // Repositories of a suspended integration are not checked. The integration's return makes this check due.
        const delayMs = decision.kind === 'retry' ? decision.delayMs : SUSPENDED_PAUSE_MS;
        return scheduleCheck(trx, id, { delayMs, attempts: check_attempts + (counts ? 1 : 0) });
      }
    }
  });
}
