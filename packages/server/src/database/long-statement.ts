import { sql } from 'kysely';
import { LONGEST_STATEMENT_MS, type Transaction } from './database.ts';

/** A deletion reaches many tables, and one that is cut off has done nothing: it gets longer than a request that reads. */
export async function allowLongStatements(trx: Transaction): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(LONGEST_STATEMENT_MS)}, true)`.execute(trx);
}
