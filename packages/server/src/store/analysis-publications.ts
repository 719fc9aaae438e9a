import { type Selectable, sql } from 'kysely';
import type { Database } from './database.ts';
import type { AnalysisPublication } from './schema.ts';

/** Where the analysis of a pull request was shown last. */
export type AnalysisPublicationRow = Selectable<AnalysisPublication>;

export function findPublication(
  db: Database,
  repositoryId: number,
  prNumber: number,
): Promise<AnalysisPublicationRow | undefined> {
  return db
    .selectFrom('analysis_publications')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('pr_number', '=', prNumber)
    .executeTakeFirst();
}

export async function savePublication(
  db: Database,
  publication: Omit<AnalysisPublicationRow, 'updated_at'>,
): Promise<void> {
  const { kind, external_id, url, reason, job_id } = publication;
  await db
    .insertInto('analysis_publications')
    .values(publication)
    .onConflict((on) =>
      on
        .columns(['repository_id', 'pr_number'])
        .doUpdateSet({ kind, external_id, url, reason, job_id, updated_at: sql<Date>`now()` }),
    )
    .execute();
}
