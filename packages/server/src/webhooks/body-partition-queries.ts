import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../database/database.ts';

/** Number of days, today included, for which partitions exist in advance. */
const DAYS_AHEAD = 8;
const DAY_MS = 86_400_000;
/** Longest wait for a lock on the whole table, because everyone who stores deliveries waits behind it. */
const LOCK_TIMEOUT = '1s';

/**
 * SQLSTATE check_violation, which means that the default partition already has rows of that day:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const DAY_HAS_ROWS = '23514';

/**
 * Creates the daily partitions of `delivery_bodies` for the next days. A day whose rows are already in the default partition stays there.
 */
export async function makeBodyPartitions(db: Database, now: Date): Promise<void> {
  const existing = new Set((await listBodyPartitions(db)).map(({ day }) => day));
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead += 1) {
    const from = new Date(today + ahead * DAY_MS);
    if (existing.has(dayOf(from))) continue;
    try {
      await withLockTimeout(
        db,
        `
        create table if not exists ${partitionName(from)} partition of delivery_bodies
        for values from ('${from.toISOString()}') to ('${new Date(from.getTime() + DAY_MS).toISOString()}')`,
      );
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === DAY_HAS_ROWS)) throw error;
    }
  }
}

/** Drops the partitions with only rows older than `before`, and deletes such rows of the default partition. */
export async function dropBodyPartitions(db: Database, before: Date): Promise<void> {
  for (const { name, day } of await listBodyPartitions(db)) {
    const end = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
    if (end <= before.getTime()) await withLockTimeout(db, `drop table ${pg.escapeIdentifier(name)}`);
  }
  await sql`
    delete from delivery_bodies_default where ctid in (
      select ctid from delivery_bodies_default where received_at < ${before} limit 10000)`.execute(db);
}

async function withLockTimeout(db: Database, statement: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT)}`.execute(trx);
    await sql.raw(statement).execute(trx);
  });
}

async function listBodyPartitions(db: Database): Promise<{ name: string; day: string }[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'delivery_bodies'::regclass`.execute(db);
  return rows.flatMap(({ name }) => {
    const [, year, month, date] = /^delivery_bodies_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
    return year === undefined ? [] : [{ name, day: `${year}-${month}-${date}` }];
  });
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

const partitionName = (from: Date): string => `delivery_bodies_${dayOf(from).replaceAll('-', '')}`;
