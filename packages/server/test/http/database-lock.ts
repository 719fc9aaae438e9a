import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { waitFor } from '../harness/wait-for.ts';

/** A locked table. Every statement that reads it waits. */
export interface TableLock extends AsyncDisposable {
  /** Resolves when this number of the API's statements wait for a lock. */
  waiting(count: number): Promise<void>;
  release(): Promise<void>;
}

export async function lockTasks(db: Database): Promise<TableLock> {
  const transaction = await db.startTransaction().execute();
  await sql`lock table tasks in access exclusive mode`.execute(transaction);
  const release = async (): Promise<void> => {
    if (!transaction.isRolledBack) await transaction.rollback().execute();
  };
  return {
    async waiting(count) {
      await waitFor(`${count} waiting statements`, async () => {
        const { rows } = await sql<{ count: number }>`
          select count(*) as count from pg_stat_activity
          where datname = current_database() and application_name = 'commandcenter api' and wait_event_type = 'Lock'`.execute(
          db,
        );
        return rows[0]?.count === count;
      });
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}
