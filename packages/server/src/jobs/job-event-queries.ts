import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { jsonText } from '../database/json-text.ts';
import type { JobEvent } from '../database/schema.ts';

export type JobEventRow = Selectable<JobEvent>;

/** Progress or end of a job. */
export type JobEventType = 'progress' | 'completed' | 'failed' | 'cancelled';

/** The most events a job keeps; of a longer one the oldest go. */
const MOST_EVENTS = 1000;
/** Old ones are looked for once in so many, so that an event costs one insert. */
const TRIM_EVERY = 100;

/** Adds an event and says so on `job_events` (payload `job:<id>`) when the transaction commits. */
export async function addJobEvent(
  db: Database | Transaction,
  jobId: number,
  type: JobEventType,
  data: Record<string, unknown>,
): Promise<void> {
  const { id } = await db
    .insertInto('job_events')
    .values({ job_id: jobId, type, data: jsonText(data) })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (id % TRIM_EVERY === 0) await trimJobEvents(db, jobId);
  await sql`select pg_notify('job_events', ${`job:${jobId}`})`.execute(db);
}

/** Oldest first, those after the event `after`. */
export function listJobEvents(db: Database, jobId: number, after: number, limit: number): Promise<JobEventRow[]> {
  return db
    .selectFrom('job_events')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

async function trimJobEvents(db: Database | Transaction, jobId: number): Promise<void> {
  await db
    .deleteFrom('job_events')
    .where('job_id', '=', jobId)
    .where('id', '<=', (select) =>
      select
        .selectFrom('job_events')
        .select('id')
        .where('job_id', '=', jobId)
        .orderBy('id', 'desc')
        .offset(MOST_EVENTS)
        .limit(1),
    )
    .execute();
}
