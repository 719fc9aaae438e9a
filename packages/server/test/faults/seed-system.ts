import { pino } from 'pino';
import { seedHistory } from '../../../../benchmarks/src/seed.ts';
import { openDatabase } from '../../src/database/database.ts';

const AMOUNT = { tasks: 50_000, deliveries: 200_000, integrations: 1 };

/**
 * Fills a database with the history of a busy installation. Most of it is not yet in a checkpoint of PostgreSQL, so that a start has
 * something to recover.
 */
export async function seedSystem(url: string): Promise<void> {
  const database = openDatabase({ url, log: pino({ level: 'silent' }), statementTimeoutMs: 600_000 });
  try {
    await seedHistory({ database }, { projectId: 1, firstId: 1 }, AMOUNT);
  } finally {
    await database.close();
  }
}
