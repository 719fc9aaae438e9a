import { type Selectable, sql } from 'kysely';
import type { Transaction } from '../../database/database.ts';
import type { FindingTask } from '../../database/schema.ts';

/** The one task that a finding ever gets. `task_id` null: it was deleted, and none is made again. */
export type FindingTaskRow = Selectable<FindingTask>;

/** Those of a repository that these findings have, and all that are open. Locked, so that two analyses do not act on one at once. */
export async function lockFindingTasks(
  trx: Transaction,
  repositoryId: number,
  fingerprints: readonly string[],
): Promise<FindingTaskRow[]> {
  const { rows } = await sql<FindingTaskRow>`
    select * from finding_tasks
    where repository_id = ${repositoryId} and (state = 'open' or fingerprint = any(${[...fingerprints]}))
    order by fingerprint for update`.execute(trx);
  return rows;
}

/**
 * Claims findings for a task each, before the tasks are created. Returns the fingerprints that were free; another analysis has claimed
 * the others.
 */
export async function claimFindingTasks(
  trx: Transaction,
  repositoryId: number,
  jobId: number,
  findings: readonly { fingerprint: string; rule: string }[],
): Promise<string[]> {
  const { rows } = await sql<{ fingerprint: string }>`
    insert into finding_tasks (repository_id, fingerprint, rule, last_seen_job_id)
    select ${repositoryId}, x.fingerprint, x.rule, ${jobId}
    from json_to_recordset(${JSON.stringify(findings)}) as x(fingerprint text, rule text)
    order by x.fingerprint
    on conflict do nothing
    returning fingerprint`.execute(trx);
  return rows.map(({ fingerprint }) => fingerprint);
}

export async function setFindingTask(
  trx: Transaction,
  repositoryId: number,
  fingerprint: string,
  taskId: number,
): Promise<void> {
  await sql`
    update finding_tasks set task_id = ${taskId}, updated_at = now()
    where repository_id = ${repositoryId} and fingerprint = ${fingerprint}`.execute(trx);
}

/** Updates the tasks of findings after an analysis: the finding is still there, is there again, or is fixed. */
export async function markFindingTasks(
  trx: Transaction,
  repositoryId: number,
  jobId: number,
  fingerprints: readonly string[],
  state: 'open' | 'fixed',
): Promise<void> {
  await sql`
    update finding_tasks
    set state = ${state}, updated_at = now(), last_seen_job_id = case when ${state} = 'open' then ${jobId} else last_seen_job_id end
    where repository_id = ${repositoryId} and fingerprint = any(${[...fingerprints]})`.execute(trx);
}
