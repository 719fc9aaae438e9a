import { availableParallelism } from 'node:os';
import { createAnalysisJob } from './analysis/analysis-job.ts';
import type { AnalysisDependencies } from './analysis/dependencies.ts';
import { createPublicationJob } from './analysis/publication-job.ts';
import { startLoop } from './background/loop.ts';
import type { Notifier } from './background/notify.ts';
import type { Config } from './config.ts';
import { startDeliveryWorker } from './deliveries/worker.ts';
import type { IntegrationHost } from './integrations/host.ts';
import { startJobRunner } from './jobs/runner.ts';
import type { CreateModuleLogger } from './logging.ts';
import { failAbandonedJobs } from './store/analysis-retention.ts';
import type { Database } from './store/database.ts';
import { startHousekeeping } from './store/retention.ts';
import { startRepositoryChecker } from './sync/check-repositories.ts';
import { taskToIssueJob } from './sync/commands/task-to-issue.ts';
import type { SyncDependencies } from './sync/dependencies.ts';
import { createImportJob } from './sync/inbound/import-job.ts';
import { startPoller } from './sync/inbound/poller.ts';
import { startRefetchWorker } from './sync/inbound/refetch-worker.ts';
import { startOutboxWorker } from './sync/outbound/outbox-worker.ts';

export interface BackgroundWorkOptions {
  db: Database;
  config: Config;
  clock: { now(): Date };
  notifier: Notifier;
  logger: CreateModuleLogger;
  host: IntegrationHost;
  sync: SyncDependencies;
  analysis: AnalysisDependencies;
  /** What this process takes in just now. */
  storedPerSecond(): number;
}

export interface BackgroundWork {
  /** Deliveries were stored by this process. */
  wakeDeliveries(): void;
  /** Finishes or hands back what runs. */
  stop(): Promise<void>;
}

/** How soon a job that waited in vain for its source is over. */
const ABANDONED_MS = 10_000;

/** All loops of a worker. Any number of processes may run them: each takes what no other has taken. */
export function startBackgroundWork(options: BackgroundWorkOptions): BackgroundWork {
  const { db, notifier, logger, sync, analysis } = options;
  const { applyChanges } = sync;
  const deliveries = startDeliveryWorker({ ...options, applyChanges, log: logger('deliveries') });
  const handlers = [taskToIssueJob, createImportJob(sync), createPublicationJob(analysis)];
  const jobs = startJobRunner({ db, notifier, log: logger('jobs'), handlers });
  // Apart: an analysis takes minutes and all cores, and nothing else may wait for it.
  const analyses = startJobRunner({
    db,
    notifier,
    log: logger('analysis'),
    handlers: [createAnalysisJob(analysis)],
    concurrency: Math.max(1, Math.floor(availableParallelism() / 2)),
  });
  const abandoned = startLoop({
    name: 'abandoned-jobs',
    log: logger('jobs'),
    intervalMs: ABANDONED_MS,
    async step() {
      await failAbandonedJobs(db);
      return 'idle';
    },
  });
  const housekeeping = startHousekeeping({ ...options, log: logger('housekeeping') });
  const loops = [
    housekeeping,
    abandoned,
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
