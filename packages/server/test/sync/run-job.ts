import type { JobHandler } from '../../src/jobs/handler.ts';
import type { Database } from '../../src/store/database.ts';
import { findJob, type JobRow } from '../../src/store/jobs.ts';

export interface JobReport {
  result: unknown;
  steps: { percent: number; step: string }[];
}

/** Runs a job as a worker does, from its checkpoint; `signal` ends it in the middle. */
export async function runJob(
  db: Database,
  handler: JobHandler,
  id: number,
  signal = new AbortController().signal,
): Promise<JobReport> {
  const job = (await findJob(db, id)) as JobRow;
  const steps: JobReport['steps'] = [];
  const result = await handler.run(job, {
    db,
    lease: { jobId: id, owner: 'test' },
    signal,
    async progress(percent, step) {
      steps.push({ percent, step });
    },
    async checkpoint(value, trx) {
      await (trx ?? db)
        .updateTable('jobs')
        .set({ checkpoint: JSON.stringify(value) })
        .where('id', '=', id)
        .execute();
    },
  });
  await db.updateTable('jobs').set({ status: 'completed' }).where('id', '=', id).execute();
  return { result, steps };
}
