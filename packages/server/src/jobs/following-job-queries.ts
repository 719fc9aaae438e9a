import type { Transaction } from '../database/database.ts';
import type { JobRow } from './job.ts';
import { addJobEvent } from './job-event-queries.ts';
import { endColumns, type JobOutcome } from './job-lease-queries.ts';

/** Locks and returns the jobs that wait for these links to settle. */
export function lockFollowingJobs(trx: Transaction, linkIds: readonly number[]): Promise<JobRow[]> {
  return trx
    .selectFrom('jobs')
    .selectAll()
    .where('link_id', 'in', linkIds)
    .where('status', '=', 'pending')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Ends a locked job that waited for its link to settle. */
export async function endFollowingJob(
  trx: Transaction,
  { id, created_at }: JobRow,
  outcome: Exclude<JobOutcome, { status: 'cancelled' }>,
): Promise<void> {
  await trx
    .updateTable('jobs')
    .set({ ...endColumns(outcome), started_at: created_at })
    .where('id', '=', id)
    .execute();
  const { status, ...data } = outcome;
  await addJobEvent(trx, id, status, status === 'completed' ? { progress: 100, ...data } : data);
}
