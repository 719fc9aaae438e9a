import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { jsonText } from '../../database/json-text.ts';
import type { Effect } from '../../sync/effect.ts';

/** A delivery that waits to be processed. */
export interface QueuedDelivery {
  id: number;
  integration_id: number | null;
  integration_type: string;
  event: string;
  attempts: number;
  received_at: Date;
  /** Id of the bodies that were stored together with this delivery's; `body_start` is its position in them. Null if none is stored. */
  body_id: number | null;
  body_start: number;
  body_size: number;
}

/** Limits which waiting deliveries `claimDueDeliveries` claims, and how many. */
export interface DueSelection {
  limit: number;
  /** Most bytes of uncompressed bodies to claim at once. One delivery is claimed even if it is larger. */
  bytes: number;
  /** Ids of the only deliveries to claim, if present. */
  only?: readonly number[];
  /** Ids of deliveries that wait for another attempt and are left out. */
  except?: readonly number[];
}

/** Claims the oldest due deliveries that nobody else works on, and locks them until the end of the transaction. Sorted by id. */
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

/** Returns one delivery, whatever its status, and locks it until the end of the transaction. */
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
  /** New status. `received` means that the delivery is tried again. */
  status: 'received' | 'processed' | 'ignored' | 'held' | 'failed';
  attempts: number;
  reason: string | null;
  effects: Effect[];
  action: string | null;
  repository: string | null;
  itemNumber: number | null;
  title: string | null;
  sender: string | null;
  /** Pause before the next attempt in milliseconds, with the status `received`. It is not stored. */
  retryInMs?: number;
}

/** Stores the outcomes of deliveries in one statement. */
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
