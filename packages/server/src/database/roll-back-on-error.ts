import type { ControlledTransaction } from 'kysely';

/** Runs `work`; when it throws, rolls the transaction back and throws the same error. */
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
