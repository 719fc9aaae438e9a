import { sql } from 'kysely';
import type { Transaction } from './database.ts';

/** Does the work and takes it back: returns what it would come to. What the transaction does before and after is kept. */
export async function rehearse<T>(trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> {
  await sql`savepoint rehearsal`.execute(trx);
  const result = await work(trx);
  await sql`rollback to savepoint rehearsal`.execute(trx);
  return result;
}
