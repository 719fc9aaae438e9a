import { sql } from 'kysely';
import type { Transaction } from './database.ts';

/** A deletion reaches many tables, and one that is cut off has done nothing: it gets longer than a request that reads. */
export async function allowLongStatements(trx: Transaction): Promise<void> {
  await sql`set local statement_timeout = '30s'`.execute(trx);
}
