import type { Database } from '../../database/database.ts';

/** Counts the integrations by status. */
export async function countIntegrations(db: Database): Promise<{ status: string; count: number }[]> {
  return db
    .selectFrom('integrations')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute();
}
