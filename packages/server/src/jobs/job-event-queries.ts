import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { jsonText } from '../database/json-text.ts';
import type { JobEvent } from '../database/schema.ts';

export type JobEventRow = Selectable<JobEvent>;

/** Type of a job event: progress, or one of the three ways in which a job ends. */
export type JobEventType = 'progress' | 'completed' | 'failed' | 'cancelled';

/** Most events that are kept of a job. The oldest are deleted. */
const MOST_EVENTS = 1000;
/** Number of added events after which old ones are deleted, so that adding an event usually costs one insert. */
const TRIM_EVERY = 100;

/** Adds an event to a job. When the transaction commits, listeners on `job_events` are notified with the payload `job:<id>`. */
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

/** Lists the events of a job after the event with the id `after`, oldest first. */
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
