import { sql } from 'kysely';
import { LONGEST_STATEMENT_MS, type Transaction } from './database.ts';

/**
 * Raises the statement timeout for the rest of the transaction. A deletion touches many tables and does nothing when it is aborted, so
 * that it gets more time than a reading request.
 */
export async function allowLongStatements(trx: Transaction): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(LONGEST_STATEMENT_MS)}, true)`.execute(trx);
}
