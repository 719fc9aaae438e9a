import { sql } from 'kysely';
import type pg from 'pg';
import { WORKER_LOCK_CLASS } from './advisory-locks.ts';
import type { Database } from './database.ts';
import { WORKER_SETTING } from './start-session.ts';

/** SQL expression for the worker that runs the statement, to be stored in a claimed row; null in a process without background work. */
export const thisWorker = sql<number | null>`nullif(current_setting(${sql.lit(WORKER_SETTING)}, true), '')::integer`;

/**
 * Makes this session the one by which others see that the worker is alive. `refused`: an earlier session of it still lasts. `known`: it was
 * registered all the time, so nobody has given back its claims.
 */
export async function registerWorker(session: pg.ClientBase, workerId: number): Promise<'refused' | 'known' | 'new'> {
  const { rows } = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    WORKER_LOCK_CLASS,
    workerId,
  ]);
  if (rows[0]?.locked !== true) return 'refused';
  const { rowCount } = await session.query('insert into workers (id) values ($1) on conflict (id) do nothing', [
    workerId,
  ]);
  return rowCount === 0 ? 'known' : 'new';
}

export async function unregisterWorker(session: pg.ClientBase, workerId: number): Promise<void> {
  await session.query('delete from workers where id = $1', [workerId]);
}

/** Finds the registered workers whose session has ended. */
export async function findLostWorkers(session: pg.ClientBase): Promise<number[]> {
  const { rows } = await session.query<{ id: number }>(
    `select id from workers
     where not exists (
       select from pg_locks
       where locktype = 'advisory' and granted and classid = $1 and objid = workers.id::oid
         and database = (select oid from pg_database where datname = current_database()))`,
    [WORKER_LOCK_CLASS],
  );
  return rows.map(({ id }) => id);
}

/** Frees everything that a lost worker has claimed. Returns false when another process has already done so. */
export async function releaseClaims(db: Database, workerId: number): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx.deleteFrom('workers').where('id', '=', workerId).executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    for (const release of [
      sql`update jobs set lease_until = now() where worker = ${workerId} and status = 'running'`,
      sql`update outbox set lease_until = now() where worker = ${workerId} and lease_until > now()`,
      sql`update repository_polls set lease_until = now() where worker = ${workerId} and lease_until > now()`,
      sql`update credential_gates set write_lease_owner = null, write_lease_until = null
          where worker = ${workerId} and write_lease_until > now()`,
      sql`update links set refetch_at = now()
          where refetch_at > now() and refetch_worker = ${workerId} and refetch_lease_until = refetch_at`,
      sql`update repositories set check_at = now()
          where check_at > now() and check_worker = ${workerId} and check_lease_until = check_at`,
      sql`select pg_notify(channel, '')
          from unnest(array['jobs', 'outbox', 'polls', 'refetch', 'repository_checks']) channel`,
    ]) {
      await release.execute(trx);
    }
    return true;
  });
}
