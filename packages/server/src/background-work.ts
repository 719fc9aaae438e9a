import { availableParallelism } from 'node:os';
import { createAnalysisJob } from './analyses/analysis-job.ts';
import type { AnalysisDependencies } from './analyses/dependencies.ts';
import { createPublicationJob } from './analyses/publication/publication-job.ts';
import { startLoop } from './background/loop.ts';
import type { Notifier } from './background/notify.ts';
import { createTurns } from './background/turns.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { startHousekeeping } from './housekeeping/start-housekeeping.ts';
import type { IntegrationHost } from './integrations/host.ts';
import { failOverdueJobs } from './jobs/overdue-job-queries.ts';
import { startJobRunner } from './jobs/runner.ts';
import type { CreateModuleLogger } from './logging.ts';
import type { SyncDependencies } from './sync/dependencies.ts';
import { createImportJob } from './sync/inbound/import-job.ts';
import { startPoller } from './sync/inbound/poller.ts';
import { startRefetchWorker } from './sync/inbound/refetch-worker.ts';
import { startOutboxWorker } from './sync/outbound/outbox-worker.ts';
import { startRepositoryChecker } from './sync/repositories/check-repositories.ts';
import { startDeliveryWorker } from './webhooks/deliveries/worker.ts';

export interface BackgroundWorkOptions {
  db: Database;
  config: Config;
  clock: { now(): Date };
  notifier: Notifier;
  logger: CreateModuleLogger;
  host: IntegrationHost;
  sync: SyncDependencies;
  analysis: AnalysisDependencies;
  /** Returns the number of deliveries per second that this process stores at present. */
  storedPerSecond(): number;
}

export interface BackgroundWork {
  /** Tells the delivery worker that this process has stored deliveries. */
  wakeDeliveries(): void;
  /** Stops all loops: running work is finished or handed back. */
  stop(): Promise<void>;
}

/** Time in ms between two searches for jobs that have waited too long. */
const OVERDUE_MS = 10_000;
/**
 * Limits of imports and publications, which wait for hosts most of the time. A job that shows no progress for 5 s holds no slot, so that
 * others can run.
 */
const JOB_LIMITS = { slots: 8, most: 32, quietMs: 5000 };
/** Most jobs of one integration that run at a time in all processes. */
const JOBS_OF_LANE = 3;
/** Most jobs of one project at a time in this process, so that half of the slots stay for other projects. */
const JOBS_OF_PROJECT = 4;
/** Number of analyses that may fetch their source or wait for a processor, in addition to those that are computed. */
const PREPARED_ANALYSES = 4;

/** Starts all loops of a worker. Any number of processes may run them: each claims work that no other has claimed. */
export function startBackgroundWork(options: BackgroundWorkOptions): BackgroundWork {
  const { db, notifier, logger, sync, analysis } = options;
  const { applyChanges } = sync;
  const deliveries = startDeliveryWorker({ ...options, applyChanges, log: logger('deliveries') });
  const jobs = startJobRunner({
    db,
    notifier,
    log: logger('jobs'),
    handlers: [createImportJob(sync), createPublicationJob(analysis)],
    limits: JOB_LIMITS,
    laneLimit: JOBS_OF_LANE,
    projectLimit: JOBS_OF_PROJECT,
  });
  // Analyses have their own runner: an analysis takes minutes and all cores, and no other job may wait for it.
  const computed = Math.max(1, Math.floor(availableParallelism() / 2));
  const analyses = startJobRunner({
    db,
    notifier,
    log: logger('analysis'),
    handlers: [createAnalysisJob(analysis, createTurns(computed))],
    limits: { slots: computed + PREPARED_ANALYSES },
    laneLimit: computed + 1,
  });
  const overdue = startLoop({
    name: 'overdue-jobs',
    log: logger('jobs'),
    intervalMs: OVERDUE_MS,
    async step() {
      await failOverdueJobs(db);
      return 'idle';
    },
  });
  const housekeeping = startHousekeeping({ ...options, log: logger('housekeeping') });
  const loops = [
    housekeeping,
    overdue,
    deliveries,
    jobs,
    analyses,
    startOutboxWorker(sync),
    startRefetchWorker(sync),
    startPoller(sync),
    startRepositoryChecker(sync),
  ];
  return {
    wakeDeliveries: () => deliveries.wake(),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
