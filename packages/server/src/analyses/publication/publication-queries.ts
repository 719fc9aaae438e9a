import { type Selectable, sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { AnalysisPublication } from '../../database/schema.ts';
import type { JobRow } from '../../jobs/job.ts';

/** Row that says how the latest analysis of a pull request is shown: as a check run, as a comment, or not at all. */
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
  /** Reason why the analysis is shown in a simpler way or not at all; null when it is shown in full. */
  reason: string | null;
}

/** Returns how the job's analysis is shown on its pull request; undefined when the analysis of another job is shown, or none. */
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
