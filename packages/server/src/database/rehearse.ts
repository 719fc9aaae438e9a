import { sql } from 'kysely';
import type { Transaction } from './database.ts';

/** Runs `work` in a savepoint, rolls the savepoint back, and returns the result. The rest of the transaction is kept. */
export async function rehearse<T>(trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> {
  await sql`savepoint rehearsal`.execute(trx);
  const result = await work(trx);
  await sql`rollback to savepoint rehearsal`.execute(trx);
  return result;
}
