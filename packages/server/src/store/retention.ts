import { sql } from 'kysely';
import { type Loop, startLoop } from '../background/loop.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logging.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { dropAnalyses } from './analysis-retention.ts';
import { dropBodyPartitions, makeBodyPartitions } from './body-partitions.ts';
import type { Database } from './database.ts';
import { dropEndedWebhookSecrets } from './webhook-secrets.ts';

export interface HousekeepingDependencies {
  db: Database;
  config: Pick<Config, 'RETENTION_DELIVERIES_DAYS' | 'RETENTION_JOBS_DAYS' | 'RETENTION_AUDIT_DAYS'>;
  clock: { now(): Date };
  log: Logger;
}

const INTERVAL_MS = 10 * 60_000;
/** Rows of a table that one pass drops; a further pass follows at once. */
const BATCH = 5000;
/** Analyses of it: each takes up to 20,000 findings with it. */
const ANALYSES_BATCH = 50;
const DAY_MS = 86_400_000;
/** A deleted task can be restored for so long. */
const DELETED_TASK_DAYS = 30;
/** Events of an item that was deleted before it was seen do not come later than this. */
const ALIAS_DAYS = 90;
const FORMER_NAME_DAYS = 365;
const [lockClass, lock] = ADVISORY_LOCKS.housekeeping;

/** Makes partitions ahead and drops what is past its retention, a bounded batch at a time. */
export function startHousekeeping(dependencies: HousekeepingDependencies): Loop {
  const { db, log } = dependencies;
  return startLoop({
    name: 'housekeeping',
    log,
    intervalMs: INTERVAL_MS,
    async step() {
      return (await keepHouse(dependencies)) ? 'more' : 'idle';
    },
  });

  /** Returns true when there is more to delete. */
  async function keepHouse({ config, clock }: HousekeepingDependencies): Promise<boolean> {
    const now = clock.now();
    const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
    await makeBodyPartitions(db, now);
    await dropBodyPartitions(db, daysAgo(config.RETENTION_DELIVERIES_DAYS));
    await dropEndedWebhookSecrets(db);
    return await db.transaction().execute(async (trx) => {
      const { rows } = await sql<{
        mine: boolean;
      }>`select pg_try_advisory_xact_lock(${lockClass}, ${lock}) as mine`.execute(trx);
      if (!rows[0]?.mine) return false;
      const dropped = [
        // By id, not by time: ids follow the time, and the oldest are found without reading the rest.
        await sql`
          delete from deliveries where id in (
            select id from (select id, received_at from deliveries order by id limit ${BATCH}) oldest
            where received_at < ${daysAgo(config.RETENTION_DELIVERIES_DAYS)})`.execute(trx),
        await sql`
          delete from jobs where id in (
            select id from jobs where completed_at < ${daysAgo(config.RETENTION_JOBS_DAYS)}
            and status in ('completed', 'failed', 'cancelled') and not exists (select from analyses where job_id = jobs.id)
            order by id limit ${BATCH})`.execute(trx),
        await sql`
          delete from audit_log where id in (
            select id from audit_log where at < ${daysAgo(config.RETENTION_AUDIT_DAYS)} order by at limit ${BATCH})`.execute(
          trx,
        ),
        await sql`
          delete from idempotency_keys where ctid in (
            select ctid from idempotency_keys where created_at < ${daysAgo(1)} limit ${BATCH})`.execute(trx),
        // Those of workflows: each run makes one. A day long they say that they expired; a person's own say so for good.
        await sql`
          delete from api_tokens where id in (
            select id from api_tokens
            where trusted_repository_id is not null and expires_at < ${daysAgo(1)} limit ${BATCH})`.execute(trx),
        // Their links stay as tombstones, so that their items do not come back.
        await sql`
          delete from tasks where id in (
            select id from tasks where deleted_at < ${daysAgo(DELETED_TASK_DAYS)} order by deleted_at limit ${BATCH})`.execute(
          trx,
        ),
        await sql`
          delete from link_aliases where ctid in (
            select ctid from link_aliases where link_id is null and at < ${daysAgo(ALIAS_DAYS)} limit ${BATCH})`.execute(
          trx,
        ),
        await sql`
          delete from repository_names where until < ${daysAgo(FORMER_NAME_DAYS)}`.execute(trx),
        await sql`
          delete from used_id_tokens where ctid in (
            select ctid from used_id_tokens where expires_at < ${now} limit ${BATCH})`.execute(trx),
      ];
      const analyses = await dropAnalyses(trx, daysAgo(config.RETENTION_JOBS_DAYS), ANALYSES_BATCH);
      return (
        analyses === ANALYSES_BATCH || dropped.some(({ numAffectedRows = 0n }) => numAffectedRows === BigInt(BATCH))
      );
    });
  }
}
