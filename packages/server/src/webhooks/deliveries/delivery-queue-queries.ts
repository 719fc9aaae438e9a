import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { jsonText } from '../../database/json-text.ts';
import type { Effect } from '../../sync/effect.ts';

/** A delivery to be worked on. */
export interface QueuedDelivery {
  id: number;
  integration_id: number | null;
  integration_type: string;
  event: string;
  attempts: number;
  received_at: Date;
  /** Position of the body within the bodies that were stored together. */
  body_id: number | null;
  body_start: number;
  body_size: number;
}

/** Which deliveries are due. */
export interface DueSelection {
  limit: number;
  /** Bytes of bodies, uncompressed; one delivery is always taken. */
  bytes: number;
  /** Only these, where given. */
  only?: readonly number[];
  /** Waiting for another attempt. */
  except?: readonly number[];
}

/** Takes the oldest deliveries that are due and that nobody else works on, locked to the end of the transaction. By id. */
export async function claimDueDeliveries(trx: Transaction, selection: DueSelection): Promise<QueuedDelivery[]> {
  const { limit, bytes, only, except = [] } = selection;
  const { rows } = await sql<QueuedDelivery>`
    select id, integration_id, integration_type, event, attempts, received_at, body_id, body_start, body_size
    from deliveries
    where status = 'received' and ${only === undefined ? sql`not id = any(${except}::bigint[])` : sql`id = any(${only}::bigint[])`}
    order by id limit ${limit} for update skip locked`.execute(trx);
  return withinBytes(rows, bytes);
}

function withinBytes<Row extends { body_size: number }>(rows: readonly Row[], bytes: number): Row[] {
  let left = bytes;
  const end = rows.findIndex(({ body_size }, index) => {
    left -= body_size;
    return left < 0 && index > 0;
  });
  return rows.slice(0, end < 0 ? rows.length : end);
}

/** One delivery, whatever its status, locked to the end of the transaction. */
export async function lockDelivery(
  trx: Transaction,
  id: number,
): Promise<(QueuedDelivery & { status: string; project_id: number | null }) | undefined> {
  return await trx
    .selectFrom('deliveries')
    .select(['id', 'integration_id', 'project_id', 'integration_type', 'event', 'attempts', 'received_at', 'status'])
    .select(['body_id', 'body_start', 'body_size'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Result of handling a delivery. */
export interface DeliveryOutcome {
  id: number;
  /** `received`: to be tried again. */
  status: 'received' | 'processed' | 'ignored' | 'held' | 'failed';
  attempts: number;
  reason: string | null;
  effects: Effect[];
  action: string | null;
  repository: string | null;
  itemNumber: number | null;
  title: string | null;
  sender: string | null;
  /** With `received`: the pause before the next attempt. Not stored. */
  retryInMs?: number;
}

/** Writes what became of deliveries, in one statement. */
export async function saveDeliveryOutcomes(
  db: Database | Transaction,
  outcomes: readonly DeliveryOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`
    update deliveries d
    set status = o.status, attempts = o.attempts, reason = o.reason, effects = o.effects,
        action = coalesce(o.action, d.action), repository = coalesce(o.repository, d.repository),
        item_number = coalesce(o."itemNumber", d.item_number), title = coalesce(o.title, d.title),
        sender = coalesce(o.sender, d.sender), processed_at = case when o.status in ('received', 'held') then null else now() end
    from jsonb_to_recordset(${jsonText(outcomes)}::jsonb) as o(
      id bigint, status text, attempts smallint, reason text, effects jsonb, action text, repository text, "itemNumber" int,
      title text, sender text)
    where d.id = o.id`.execute(db);
}
