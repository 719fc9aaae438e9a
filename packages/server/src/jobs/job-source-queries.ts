import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { requireWithinQuota } from '../database/quotas.ts';
import type { JobRow } from './job.ts';

/**
 * Begins the upload of a source for a job that waits for one, and replaces an earlier upload of the job. Returns the upload's id, or
 * undefined when the job does not wait for a source. Throws ApiError 429 when the project has too many uploads.
 */
export function beginJobSource(db: Database, jobId: number): Promise<string | undefined> {
  return db.transaction().execute(async (trx) => {
    const projectId = await lockAwaiting(trx, jobId);
    if (projectId === undefined) return undefined;
    await deleteJobSources(trx, [jobId]);
    const { id } = await trx
      .insertInto('job_sources')
      .values({ job_id: jobId })
      .returning('id')
      .executeTakeFirstOrThrow();
    await requireWithinQuota(trx, projectId, 'uploads');
    await requireWithinQuota(trx, projectId, 'upload_mib');
    return id;
  });
}

/** Adds the next chunk of an upload. Returns false when another upload has replaced this one, or the job has ended. */
export async function addJobSourceChunk(db: Database, id: string, number: number, bytes: Buffer): Promise<boolean> {
  // The lock keeps the upload from being deleted before the chunk is inserted.
  const { numAffectedRows = 0n } = await sql`
    insert into job_source_chunks (source_id, number, bytes)
    select id, ${number}, ${bytes} from job_sources where id = ${id} for key share`.execute(db);
  return numAffectedRows === 1n;
}

/** Completes an upload and makes the job due. Returns undefined when the job no longer waits for this upload. */
export function completeJobSource(db: Database, jobId: number, id: string, bytes: number): Promise<JobRow | undefined> {
  return db.transaction().execute(async (trx) => {
    if ((await lockAwaiting(trx, jobId)) === undefined) return undefined;
    const { numUpdatedRows } = await trx
      .updateTable('job_sources')
      .set({ bytes })
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return undefined;
    await sql`select pg_notify('jobs', ${String(jobId)})`.execute(trx);
    return trx
      .updateTable('jobs')
      .set({
        status: 'pending',
        current_step: null,
        error: null,
        not_before: sql<Date>`now()`,
        give_up_at: null,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', jobId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/**
 * Locks a job that waits for a source, so that it waits until the transaction ends. Returns the id of its project, or undefined when the
 * job does not wait for a source.
 */
async function lockAwaiting(trx: Transaction, jobId: number): Promise<number | undefined> {
  const job = await trx
    .selectFrom('jobs')
    .select(['status', 'project_id'])
    .where('id', '=', jobId)
    .forUpdate()
    .executeTakeFirst();
  return job?.status === 'awaiting_source' ? job.project_id : undefined;
}

/** Deletes an upload that broke off. */
export async function dropJobSource(db: Database, id: string): Promise<void> {
  await db.deleteFrom('job_sources').where('id', '=', id).execute();
}

export async function deleteJobSources(trx: Transaction, jobIds: readonly number[]): Promise<void> {
  await trx.deleteFrom('job_sources').where('job_id', 'in', jobIds).execute();
}

/** Returns the chunks of the job's uploaded source in order; undefined when there is no complete upload. */
export async function readJobSource(db: Database, jobId: number): Promise<AsyncIterable<Buffer> | undefined> {
  const source = await db
    .selectFrom('job_sources')
    .select(['id', 'bytes'])
    .where('job_id', '=', jobId)
    .where('bytes', 'is not', null)
    .executeTakeFirst();
  return source === undefined ? undefined : chunksOf(db, source.id, source.bytes ?? 0);
}

async function* chunksOf(db: Database, id: string, total: number): AsyncGenerator<Buffer> {
  let read = 0;
  for (let number = 0; read < total; number += 1) {
    const chunk = await db
      .selectFrom('job_source_chunks')
      .select('bytes')
      .where('source_id', '=', id)
      .where('number', '=', number)
      .executeTakeFirst();
    if (chunk === undefined) throw new Error(`The uploaded source ${id} went away while it was read`);
    read += chunk.bytes.length;
    yield chunk.bytes;
  }
}
