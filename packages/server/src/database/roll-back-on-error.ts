import type { ControlledTransaction } from 'kysely';

/** Rolls the transaction back when `work` throws, and throws what it threw. */
export async function rollBackOnError<DB, Result>(
  trx: ControlledTransaction<DB>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // The server rolls back by itself when the connection is lost, and the pool discards the connection.
    await trx
      .rollback()
      .execute()
      .catch(() => undefined);
    throw error;
  }
}
