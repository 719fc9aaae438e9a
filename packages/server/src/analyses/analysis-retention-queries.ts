import { sql } from 'kysely';
import type { Transaction } from '../database/database.ts';

/**
 * Deletes analyses that completed before this time, together with their jobs. Keeps the latest analysis of each repository and the newest
 * of its default branch, with which the next one is compared. Returns the number of deleted analyses, at most `limit`.
 */
export async function dropAnalyses(trx: Transaction, before: Date, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from jobs where id in (
      select a.job_id from analyses a join jobs j on j.id = a.job_id
      where j.completed_at < ${before}
        and not exists (select from repositories r where r.id = a.repository_id and r.last_analysis_id = a.job_id)
        and not (a.is_default_branch and a.repository_id is not null and not exists (
          select from analyses newer
          where newer.repository_id = a.repository_id and newer.is_default_branch and newer.job_id > a.job_id))
      order by a.job_id limit ${limit})`.execute(trx);
  return Number(numAffectedRows);
}
