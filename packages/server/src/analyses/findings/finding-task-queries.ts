import { type Selectable, sql } from 'kysely';
import type { Transaction } from '../../database/database.ts';
import type { FindingTask } from '../../database/schema.ts';

/** The only task that a finding ever gets. `task_id` is null when the task was deleted; the finding does not get another one. */
export type FindingTaskRow = Selectable<FindingTask>;

/**
 * Locks and returns the finding tasks of a repository that are open or belong to one of these findings, so that two analyses do not
 * update one at the same time.
 */
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
 * Records that each of these findings gets a task, before the tasks are created. Returns the fingerprints that were not recorded yet;
 * another analysis creates the tasks of the others.
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

/**
 * Updates the finding tasks of a repository after an analysis: `open` when the finding is still or again present, `fixed` when it is not.
 */
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
