import { sql } from 'kysely';
import type { Actor } from '../domain/actor.ts';
import type { FieldChange } from '../domain/task.ts';
import type { Database, Transaction } from './database.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

export interface NewHistoryEntry {
  task_id: number;
  /** The task's version after the change. */
  version: number;
  actor: Actor;
  /** The webhook that brought it. */
  delivery_id: number | null;
  changes: FieldChange[];
}

export interface HistoryEntry extends NewHistoryEntry {
  id: number;
  at: Date;
}

export async function insertHistory(trx: Transaction, entries: readonly NewHistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    insert into task_history (task_id, version, actor, delivery_id, changes)
    select x.task_id, x.version, x.actor, x.delivery_id, x.changes
    from json_to_recordset(${JSON.stringify(entries)})
      as x(task_id bigint, version integer, actor jsonb, delivery_id bigint, changes jsonb)`.execute(trx);
}

/** Newest first. */
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
