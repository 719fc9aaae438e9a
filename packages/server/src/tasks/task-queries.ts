import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { type Row, rowColumns } from '../database/row-columns.ts';
import type { SyncFields } from './sync-fields.ts';
import type { TaskFields } from './task.ts';

/** A task as it is stored. */
export type TaskRow = Row<
  'tasks',
  TaskFields & {
    /** Times at which fields were last edited, RFC 3339 on our clock, by field. They decide conflicts. */
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

/** Locks tasks in id order, as every transaction does that locks several, and returns them. Ids of absent tasks are left out. */
export async function lockTasks(trx: Transaction, ids: readonly number[]): Promise<TaskRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<TaskRow>`
    select * from tasks where id = any(${ids}::bigint[]) order by id for no key update`.execute(trx);
  return rows;
}

/** Returns the time of the database's clock, which all processes share. */
export async function databaseTime(db: Database | Transaction): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return (rows[0] as { now: Date }).now;
}

/** Reserves ids of tasks, so that other rows can refer to a task before it is inserted. */
export async function reserveTaskIds(trx: Transaction, count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('tasks', 'id')) as id from generate_series(1, ${count})`.execute(trx);
  return rows.map((row) => row.id);
}

export async function insertTasks(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  const { names, values, rows } = taskColumns;
  await sql`insert into tasks (${names}) overriding system value select ${values} from ${rows(tasks)}`.execute(trx);
}

/** Updates tasks that the transaction has locked, writing all columns. */
export async function updateTasks(trx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  const { assignments, rows } = taskColumns;
  await sql`update tasks t set ${assignments} from ${rows(tasks)} where t.id = x.id`.execute(trx);
}

export async function deleteTasks(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`delete from tasks where id = any(${ids}::bigint[])`.execute(trx);
}
