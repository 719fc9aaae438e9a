import { sql } from 'kysely';
import type { Value } from '../domain/sync-fields.ts';
import type { Database, Transaction } from '../store/database.ts';
import { type Page, type PageRequest, pageOf } from '../store/page.ts';

/** Both sides had changed a field to different values, and one of the values lost. */
export interface NewConflict {
  task_id: number;
  link_id: number;
  field: string;
  base: Value | null;
  ours: Value;
  theirs: Value;
  /** When the task's value was set, on the other side's clock. */
  ours_at: string | null;
  theirs_at: string;
  /** The value that both sides have now. */
  outcome: 'ours' | 'theirs';
  delivery_id: number | null;
}

export interface ConflictObject {
  id: number;
  task_id: number;
  link_id: number | null;
  field: string;
  base: unknown;
  ours: unknown;
  theirs: unknown;
  ours_at: Date | null;
  theirs_at: Date | null;
  ours_by: string | null;
  theirs_by: string | null;
  policy: string;
  outcome: 'open' | 'ours' | 'theirs' | 'merged';
  at: Date;
}

/** Stores conflicts with the names of the people on both sides: the last editor here, the sender of the event there. */
export async function insertConflicts(trx: Transaction, conflicts: readonly NewConflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const rows = conflicts.map(({ base, ours, theirs, ...rest }) => ({
    ...rest,
    base: JSON.stringify(base),
    ours: JSON.stringify(ours),
    theirs: JSON.stringify(theirs),
  }));
  await sql`
    insert into sync_conflicts (task_id, link_id, field, base, ours, theirs, ours_at, theirs_at, ours_by, theirs_by, outcome, delivery_id)
    select x.task_id, x.link_id, x.field, x.base::jsonb, x.ours::jsonb, x.theirs::jsonb, x.ours_at, x.theirs_at,
      (select h.actor ->> 'name' from task_history h
        where h.task_id = x.task_id and h.actor ->> 'type' <> 'integration'
          and h.changes @> jsonb_build_array(jsonb_build_object('field', x.field))
        order by h.id desc limit 1),
      (select d.sender from deliveries d where d.id = x.delivery_id),
      x.outcome, x.delivery_id
    from json_to_recordset(${JSON.stringify(rows)}) as x(task_id bigint, link_id bigint, field text, base text, ours text,
      theirs text, ours_at timestamptz, theirs_at timestamptz, outcome text, delivery_id bigint)`.execute(trx);
}

export interface ConflictFilter {
  /** Only conflicts of tasks in these projects; null: of all. */
  projectIds: readonly number[] | null;
  task_id?: number | undefined;
  outcome?: ConflictObject['outcome'] | undefined;
}

/** Newest first. */
export async function listConflicts(
  db: Database,
  filter: ConflictFilter,
  page: PageRequest,
): Promise<Page<ConflictObject>> {
  let query = db
    .selectFrom('sync_conflicts as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .select([
      'c.id',
      'c.task_id',
      'c.link_id',
      'c.field',
      'c.base',
      'c.ours',
      'c.theirs',
      'c.ours_at',
      'c.theirs_at',
      'c.ours_by',
      'c.theirs_by',
      'c.policy',
      'c.outcome',
      'c.at',
    ])
    .where('t.deleted_at', 'is', null);
  if (filter.projectIds !== null) query = query.where('t.project_id', 'in', [...filter.projectIds, 0]);
  if (filter.task_id !== undefined) query = query.where('c.task_id', '=', filter.task_id);
  if (filter.outcome !== undefined) query = query.where('c.outcome', '=', filter.outcome);
  if (page.after !== undefined) query = query.where('c.id', '<', page.after);
  const rows = await query
    .orderBy('c.id', 'desc')
    .limit(page.limit + 1)
    .$castTo<ConflictObject>()
    .execute();
  return pageOf(rows, page.limit);
}
