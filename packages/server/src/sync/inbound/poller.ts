import { startLoop } from '../../background/loop.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { slotsFor, startWorkerPool, type Worker } from '../worker-pool.ts';
import { HOOK_ALIVE_MS, pollRepository } from './poll-repository.ts';
import {
  claimPoll,
  hastenPolls,
  nextPollInMs,
  type PollRow,
  watchConfiguredRepositories,
} from './repository-poll-queries.ts';

const LEASE_SECONDS = 240;
/** The most polls of one integration that run at a time in this process. */
const LANE_LIMIT = 4;
const CONFIGURED_INTERVAL_MS = 5 * 60_000;

/** Starts the worker that polls repositories: those without a webhook often, and the others rarely, to find events that were lost. */
export function startPoller(deps: SyncDependencies, { concurrency = 8 }: { concurrency?: number } = {}): Worker {
  const { db, log, notifier } = deps;
  const polls = startWorkerPool<PollRow>({
    ...deps,
    name: 'polls',
    channel: 'polls',
    limits: slotsFor(concurrency),
    laneOf: ({ integration_id }) => integration_id,
    laneLimit: LANE_LIMIT,
    claim: (except) => claimPoll(db, LEASE_SECONDS, except),
    nextInMs: (except) => nextPollInMs(db, except),
    perform: (poll, signal) => pollRepository(deps, poll, signal),
  });
  const configured = startLoop({
    name: 'configured-repositories',
    log,
    intervalMs: CONFIGURED_INTERVAL_MS,
    async step() {
      await db.transaction().execute(async (trx) => {
        await watchConfiguredRepositories(trx);
        await hastenPolls(trx, HOOK_ALIVE_MS);
      });
      return 'idle';
    },
  });
  const unsubscribe = notifier.subscribe('integrations', () => configured.wake());
  return {
    async stop() {
      unsubscribe();
      await Promise.all([configured.stop(), polls.stop()]);
    },
  };
}
