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
  /** Deliveries that this process stores per second at present. */
  storedPerSecond(): number;
}

export interface BackgroundWork {
  /** Deliveries were stored by this process. */
  wakeDeliveries(): void;
  /** Finishes or hands back what runs. */
  stop(): Promise<void>;
}

/** The interval at which jobs that have waited too long are failed. */
const OVERDUE_MS = 10_000;
/** Imports and publications wait for hosts most of their time. Those that show no progress hold no slot, so that others go on. */
const JOB_LIMITS = { slots: 8, most: 32, quietMs: 5000 };
/** Jobs of one integration at a time, in all processes. */
const JOBS_OF_LANE = 3;
/** Half of the slots stay for other projects. */
const JOBS_OF_PROJECT = 4;
/** Analyses that fetch their source, or wait for a processor, beside those that are computed. */
const PREPARED_ANALYSES = 4;

/** All loops of a worker. Any number of processes may run them: each takes what no other has taken. */
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
  // Apart: an analysis takes minutes and all cores, and nothing else may wait for it.
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
