import { sql } from 'kysely';
import type { Actor } from '../accounts/actor.ts';
import type { Database, Transaction } from '../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../database/page.ts';
import { rowColumns } from '../database/row-columns.ts';
import type { FieldChange } from './task.ts';

export interface NewHistoryEntry {
  task_id: number;
  /** The task's version after the change. */
  version: number;
  actor: Actor;
  /** Id of the delivery that brought the change; null if no webhook did. */
  delivery_id: number | null;
  origin: HistoryOrigin;
  changes: FieldChange[];
}

/** The way a change of a task came about. */
export interface HistoryOrigin {
  kind: 'edit' | 'webhook' | 'poll' | 'import' | 'read' | 'write' | 'conflict';
  /** Name of the person or token that made the change, or of the person that a webhook names; null if nobody is known. */
  by: string | null;
  /** Id of the delivery that brought the change. */
  delivery_id?: number;
  /** Id of the link through which the change came. */
  link_id?: number;
}

export interface HistoryEntry extends Omit<NewHistoryEntry, 'origin'> {
  id: number;
  /** The origin of the change; null for an entry that an earlier version of CommandCenter wrote. */
  origin: HistoryOrigin | null;
  at: Date;
}

const historyColumns = rowColumns<NewHistoryEntry>('task_history', {
  task_id: 'insert',
  version: 'insert',
  actor: 'insert',
  delivery_id: 'insert',
  origin: 'insert',
  changes: 'insert',
});

export async function insertHistory(trx: Transaction, entries: readonly NewHistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const { names, values, rows } = historyColumns;
  await sql`insert into task_history (${names}) select ${values} from ${rows(entries)}`.execute(trx);
}

/** Returns a page of a task's history, newest entry first. */
export async function listTaskHistory(db: Database, taskId: number, page: PageRequest): Promise<Page<HistoryEntry>> {
  let query = db.selectFrom('task_history').selectAll().where('task_id', '=', taskId);
  if (page.after !== undefined) query = query.where('id', '<', page.after);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .$castTo<HistoryEntry>()
    .execute();
  return pageOf(rows, page.limit);
}

/** Returns those of the given tasks that somebody other than an integration has edited or requested another item for. */
export async function findTasksInUse(trx: Transaction, taskIds: readonly number[]): Promise<Set<number>> {
  if (taskIds.length === 0) return new Set();
  const { rows } = await sql<{ task_id: number }>`
    select task_id from task_history
    where task_id = any(${taskIds}::bigint[]) and actor ->> 'type' <> 'integration'
    union
    select task_id from links where task_id = any(${taskIds}::bigint[]) group by task_id having count(*) > 1`.execute(
    trx,
  );
  return new Set(rows.map(({ task_id }) => task_id));
}
