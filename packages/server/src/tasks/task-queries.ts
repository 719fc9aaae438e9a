import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { type Row, rowColumns } from '../database/row-columns.ts';
import type { SyncFields } from './sync-fields.ts';
import type { TaskFields } from './task.ts';

/** A task as it is stored. */
export type TaskRow = Row<
  'tasks',
  TaskFields & {
    /** When a field last changed here, RFC 3339: decides conflicts. */
    field_times: Partial<Record<keyof SyncFields, string>>;
  }
>;

const taskColumns = rowColumns<TaskRow>('tasks', {
  id: 'key',
  project_id: 'insert',
  title: 'update',
  description: 'update',
  status: 'update',
  priority: 'update',
  assignees: 'update',
  labels: 'update',
  due_date: 'update',
  version: 'update',
  field_times: 'update',
  created_at: 'insert',
  updated_at: 'update',
  completed_at: 'update',
  deleted_at: 'update',
});

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
  const { names, values, rows } = taskColumns;
  await sql`insert into tasks (${names}) overriding system value select ${values} from ${rows(tasks)}`.execute(trx);
}

/** Writes whole rows that the transaction has locked. */
export async function updateTasks(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  const { assignments, rows } = taskColumns;
  await sql`update tasks t set ${assignments} from ${rows(tasks)} where t.id = x.id`.execute(trx);
}

export async function deleteTasks(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`delete from tasks where id = any(${ids}::bigint[])`.execute(trx);
}
