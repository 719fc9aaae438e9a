import { type Selectable, sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { AnalysisPublication } from '../../database/schema.ts';
import type { JobRow } from '../../jobs/job.ts';

/** The check and comment that show the last analysis of a pull request. */
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

export interface ShownAnalysis {
  kind: 'check' | 'comment' | 'none';
  url: string | null;
  /** Why it is shown in a lesser way, or not at all. */
  reason: string | null;
}

/** Returns the publication of the job; undefined when another job is shown. */
export async function findPublicationOfJob(
  db: Database,
  { id, repository_id, parameters }: Pick<JobRow, 'id' | 'repository_id' | 'parameters'>,
): Promise<ShownAnalysis | undefined> {
  const { pr_number } = parameters as { pr_number?: number };
  if (repository_id === null || pr_number === undefined) return undefined;
  const found = await findPublication(db, repository_id, pr_number);
  if (found?.job_id !== id) return undefined;
  const { kind, url, reason } = found;
  return { kind: kind as ShownAnalysis['kind'], url, reason };
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
