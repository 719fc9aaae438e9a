import type { Database } from '../../src/database/database.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import type { JobRow } from '../../src/jobs/job.ts';
import { findJob } from '../../src/jobs/job-queries.ts';

export interface JobReport {
  result: unknown;
  steps: { percent: number; step: string }[];
}

export interface RunOptions {
  /** Signal that aborts the job in the middle. */
  signal?: AbortSignal | undefined;
  /** Called with each step that the job reports. If it throws, the job ends like that of a worker that has died. */
  onProgress?: ((step: string) => void) | undefined;
}

/** Runs a job from its checkpoint, as a worker does. */
export async function runJob(
  db: Database,
  handler: JobHandler,
  id: number,
  { signal = new AbortController().signal, onProgress }: RunOptions = {},
): Promise<JobReport> {
  const job = (await findJob(db, id)) as JobRow;
  const steps: JobReport['steps'] = [];
  const result = await handler.run(job, {
    db,
    lease: { jobId: id, owner: 'test' },
    failures: 0,
    signal,
    async progress(percent, step) {
      steps.push({ percent, step });
      onProgress?.(step);
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
