import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';
import type { ConflictOutcome, ConflictPolicy } from './conflict.ts';

/** A conflict to insert: task and item have changed a field to different values. All values are in the form that a task has. */
export interface NewConflict {
  task_id: number;
  /** Id of the link; null if the link is removed in the same transaction. */
  link_id: number | null;
  field: string;
  base: unknown;
  ours: unknown;
  theirs: unknown;
  /** Time at which the task's value was set, RFC 3339, on the provider's clock; null if it is not known. */
  ours_at: string | null;
  theirs_at: string;
  theirs_by: string | null;
  policy: ConflictPolicy;
  outcome: ConflictOutcome;
  delivery_id: number | null;
}

/** A new value of the item in an open conflict. The outcome `merged` says that the task has the same value, which ends the conflict. */
export interface ConflictShift
  extends Pick<NewConflict, 'field' | 'theirs' | 'theirs_at' | 'theirs_by' | 'delivery_id'> {
  link_id: number;
  outcome: Extract<ConflictOutcome, 'open' | 'merged'>;
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
  policy: ConflictPolicy;
  outcome: ConflictOutcome;
  /** The decided value if it is neither the task's nor the item's; otherwise null. */
  value: unknown;
  decided_by: string | null;
  decided_at: Date | null;
  undone_at: Date | null;
  at: Date;
}

/** SQL for the name of the person who last edited field `x.field` of task `x.task_id`; null if only integrations changed the field. */
const lastEditor = sql`
  (select h.actor ->> 'name' from task_history h
    where h.task_id = x.task_id and h.actor ->> 'type' <> 'integration'
      and h.changes @> jsonb_build_array(jsonb_build_object('field', x.field))
    order by h.id desc limit 1)`;

/** Inserts conflicts, each with the name of the person who last edited the field of the task. */
export async function insertConflicts(trx: Transaction, conflicts: readonly NewConflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const rows = conflicts.map(({ base, ours, theirs, ...rest }) => ({
    ...rest,
    base: JSON.stringify(base),
    ours: JSON.stringify(ours),
    theirs: JSON.stringify(theirs),
  }));
  await sql`
    insert into sync_conflicts
      (task_id, link_id, field, base, ours, theirs, ours_at, theirs_at, ours_by, theirs_by, policy, outcome, delivery_id)
    select x.task_id, x.link_id, x.field, x.base::jsonb, x.ours::jsonb, x.theirs::jsonb, x.ours_at, x.theirs_at, ${lastEditor}, x.theirs_by,
      x.policy, x.outcome, x.delivery_id
    from json_to_recordset(${JSON.stringify(rows)}) as x(task_id bigint, link_id bigint, field text, base text, ours text,
      theirs text, ours_at timestamptz, theirs_at timestamptz, theirs_by text, policy text, outcome text, delivery_id bigint)`.execute(
    trx,
  );
}

/** Replaces the item's value in open conflicts. The value of a late event does not replace a newer one. */
export async function shiftConflicts(trx: Transaction, shifts: readonly ConflictShift[]): Promise<void> {
  if (shifts.length === 0) return;
  const rows = shifts.map((shift) => ({ ...shift, theirs: JSON.stringify(shift.theirs) }));
  await sql`
    update sync_conflicts c
    set theirs = x.theirs::jsonb, theirs_at = x.theirs_at, theirs_by = x.theirs_by, delivery_id = x.delivery_id, outcome = x.outcome,
        decided_at = case when x.outcome = 'merged' then now() end
    from json_to_recordset(${JSON.stringify(rows)}) as x(link_id bigint, field text, theirs text, theirs_at timestamptz, theirs_by text,
      delivery_id bigint, outcome text)
    where c.link_id = x.link_id and c.field = x.field and c.outcome = 'open'
      and (x.outcome = 'merged' or c.theirs_at <= x.theirs_at)`.execute(trx);
}

/** Replaces the task's value in open conflicts by its present value, with its time and editor. */
export async function updateOurs(
  trx: Transaction,
  values: readonly { task_id: number; link_id: number; field: string; ours: unknown }[],
): Promise<void> {
  if (values.length === 0) return;
  const rows = values.map((value) => ({ ...value, ours: JSON.stringify(value.ours) }));
  await sql`
    update sync_conflicts c
    set ours = x.ours::jsonb, ours_by = ${lastEditor},
        ours_at = (
          select (t.field_times ->> x.field)::timestamptz + make_interval(secs => i.clock_offset_ms / 1000.0)
          from tasks t, links l join integrations i on i.id = l.integration_id where t.id = x.task_id and l.id = x.link_id)
    from json_to_recordset(${JSON.stringify(rows)}) as x(task_id bigint, link_id bigint, field text, ours text)
    where c.link_id = x.link_id and c.field = x.field and c.outcome = 'open' and c.ours is distinct from x.ours::jsonb`.execute(
    trx,
  );
}

export async function findOpenConflicts(
  trx: Transaction,
  linkIds: readonly number[],
): Promise<Pick<NewConflict, 'link_id' | 'field' | 'theirs'>[]> {
  if (linkIds.length === 0) return [];
  const { rows } = await sql<Pick<NewConflict, 'link_id' | 'field' | 'theirs'>>`
    select link_id, field, theirs from sync_conflicts where link_id = any(${linkIds}::bigint[]) and outcome = 'open'`.execute(
    trx,
  );
  return rows;
}

/** Ends the open conflicts of links that are removed. The outcome is `ours`, because the tasks keep their values. */
export async function endConflicts(trx: Transaction, linkIds: readonly number[]): Promise<void> {
  await sql`
    update sync_conflicts set outcome = 'ours'
    where link_id = any(${linkIds}::bigint[]) and outcome = 'open'`.execute(trx);
}

/** The sender and the delivery of a webhook whose edit may be in a conflict already, found by a read that names no author. */
export interface EditorNotice extends Pick<NewConflict, 'theirs_at'> {
  link_id: number;
  theirs_by: string;
  delivery_id: number;
}

/** Adds the sender of a webhook to the conflicts of its edit that were found by a read and have no author yet. */
export async function nameEditors(trx: Transaction, notices: readonly EditorNotice[]): Promise<void> {
  if (notices.length === 0) return;
  await sql`
    update sync_conflicts c set theirs_by = x.theirs_by, delivery_id = x.delivery_id
    from json_to_recordset(${JSON.stringify(notices)}) as x(link_id bigint, theirs_at timestamptz, theirs_by text, delivery_id bigint)
    where c.link_id = x.link_id and c.theirs_at = x.theirs_at and c.theirs_by is null`.execute(trx);
}

/** Ends conflicts as `merged`, because both sides were set to the same value. */
export async function settleAgreedConflicts(
  trx: Transaction,
  conflicts: readonly { link_id: number; field: string }[],
): Promise<void> {
  if (conflicts.length === 0) return;
  await sql`
    update sync_conflicts c set outcome = 'merged', decided_at = now()
    from json_to_recordset(${JSON.stringify(conflicts)}) as x(link_id bigint, field text)
    where c.link_id = x.link_id and c.field = x.field and c.outcome = 'open'`.execute(trx);
}

const columns = [
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
  'c.value',
  'c.decided_by',
  'c.decided_at',
  'c.undone_at',
  'c.at',
] as const;

export interface ConflictFilter {
  /** Ids of the projects whose conflicts are listed; null for all projects. */
  projectIds: readonly number[] | null;
  task_id?: number | undefined;
  outcome?: ConflictOutcome | undefined;
}

/** Returns a page of conflicts, newest first, without those of deleted tasks. */
export async function listConflicts(
  db: Database,
  filter: ConflictFilter,
  page: PageRequest,
): Promise<Page<ConflictObject>> {
  let query = db
    .selectFrom('sync_conflicts as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .select([...columns])
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

/** Returns a conflict with the project of its task; undefined if there is none or its task was deleted. */
export async function findConflict(
  db: Database | Transaction,
  id: number,
): Promise<(ConflictObject & { project_id: number }) | undefined> {
  return db
    .selectFrom('sync_conflicts as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .select([...columns, 't.project_id'])
    .where('c.id', '=', id)
    .where('t.deleted_at', 'is', null)
    .$castTo<ConflictObject & { project_id: number }>()
    .executeTakeFirst();
}

export type ConflictDecision = Pick<ConflictObject, 'outcome' | 'ours' | 'value' | 'decided_by'> & { undo: boolean };

/** Stores the decision of a conflict, or its undoing. The caller must have locked the conflict's task, which orders decisions. */
export async function storeDecision(
  trx: Transaction,
  id: number,
  { outcome, ours, value, decided_by, undo }: ConflictDecision,
): Promise<void> {
  await sql`
    update sync_conflicts
    set outcome = ${outcome}, ours = ${JSON.stringify(ours)}::jsonb, value = ${value === null ? null : JSON.stringify(value)}::jsonb,
        decided_by = ${decided_by}, decided_at = now(), undone_at = case when ${undo} then now() end
    where id = ${id}`.execute(trx);
}
