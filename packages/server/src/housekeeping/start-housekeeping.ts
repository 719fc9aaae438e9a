import { dropAnalyses } from '../analyses/analysis-retention-queries.ts';
import { type Loop, startLoop } from '../background/loop.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { dropEndedWebhookSecrets } from '../integrations/webhook-secret-queries.ts';
import type { Logger } from '../logging.ts';
import { dropBodyPartitions, makeBodyPartitions } from '../webhooks/body-partition-queries.ts';
import { deleteExpiredRows, lockHousekeeping } from './expired-row-queries.ts';

export interface HousekeepingDependencies {
  db: Database;
  config: Pick<Config, 'RETENTION_DELIVERIES_DAYS' | 'RETENTION_JOBS_DAYS' | 'RETENTION_AUDIT_DAYS'>;
  clock: { now(): Date };
  log: Logger;
}

const INTERVAL_MS = 10 * 60_000;
/** Most analyses that one pass deletes. Each may have 20,000 findings. */
const ANALYSES_BATCH = 50;
const DAY_MS = 86_400_000;

/** Starts the loop that creates table partitions in advance and deletes expired data in bounded batches. */
export function startHousekeeping(dependencies: HousekeepingDependencies): Loop {
  return startLoop({
    name: 'housekeeping',
    log: dependencies.log,
    intervalMs: INTERVAL_MS,
    step: async () => ((await keepHouse(dependencies)) ? 'more' : 'idle'),
  });
}

/** Does one pass of housekeeping. Returns true when there is more to delete. */
async function keepHouse({ db, config, clock }: HousekeepingDependencies): Promise<boolean> {
  const now = clock.now();
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const days = {
    deliveries: config.RETENTION_DELIVERIES_DAYS,
    jobs: config.RETENTION_JOBS_DAYS,
    audit: config.RETENTION_AUDIT_DAYS,
  };
  await makeBodyPartitions(db, now);
  await dropBodyPartitions(db, daysAgo(days.deliveries));
  await dropEndedWebhookSecrets(db);
  return await db.transaction().execute(async (trx) => {
    if (!(await lockHousekeeping(trx))) return false;
    const hasMoreRows = await deleteExpiredRows(trx, now, days);
    const analyses = await dropAnalyses(trx, daysAgo(days.jobs), ANALYSES_BATCH);
    return hasMoreRows || analyses === ANALYSES_BATCH;
  });
}
