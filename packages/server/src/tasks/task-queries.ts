import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import type { SyncFields } from './sync-fields.ts';
import type { TaskFields } from './task.ts';

/** A task as it is stored. */
export interface TaskRow extends TaskFields {
  id: number;
  project_id: number;
  version: number;
  /** When a field last changed here, RFC 3339: decides conflicts. */
  field_times: Partial<Record<keyof SyncFields, string>>;
  created_at: Date;
  updated_at: Date;
  completed_at: Date | null;
  /** Set: the task was deleted here and is purged after 30 days. */
  deleted_at: Date | null;
}

const columns = sql`(id bigint, project_id bigint, title text, description text, status text, priority text, assignees text[],
  labels text[], due_date date, version integer, field_times jsonb, created_at timestamptz, updated_at timestamptz, completed_at timestamptz, deleted_at timestamptz)`;

/** Locks the tasks against edits, in id order, as everything does that locks several. Absent ids are left out. */
export async function lockTasks(trx: Transaction, ids: readonly number[]): Promise<TaskRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<TaskRow>`
    select * from tasks where id = any(${ids}::bigint[]) order by id for no key update`.execute(trx);
  return rows;
}

/** The database's clock, which all processes share. */
export async function databaseTime(db: Database | Transaction): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return (rows[0] as { now: Date }).now;
}

/** Ids for rows that refer to each other before they are written. */
export async function reserveTaskIds(trx: Transaction, count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('tasks', 'id')) as id from generate_series(1, ${count})`.execute(trx);
  return rows.map((row) => row.id);
}

export async function insertTasks(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  await sql`
    insert into tasks (id, project_id, title, description, status, priority, assignees, labels, due_date, version, field_times,
      created_at, updated_at, completed_at, deleted_at) overriding system value
    select x.* from json_to_recordset(${JSON.stringify(tasks)}) as x${columns}`.execute(trx);
}

/** Writes whole rows that the transaction has locked. */
export async function updateTasks(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  await sql`
    update tasks t
    set title = x.title, description = x.description, status = x.status, priority = x.priority, assignees = x.assignees,
        labels = x.labels, due_date = x.due_date, version = x.version, field_times = x.field_times,
        updated_at = x.updated_at, completed_at = x.completed_at, deleted_at = x.deleted_at
    from json_to_recordset(${JSON.stringify(tasks)}) as x${columns}
    where t.id = x.id`.execute(trx);
}

export async function deleteTasks(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`delete from tasks where id = any(${ids}::bigint[])`.execute(trx);
}
