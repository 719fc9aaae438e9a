import { sql } from 'kysely';
import type { Effect } from '../domain/effect.ts';
import type { Database, Transaction } from './database.ts';

/** A delivery to be worked on, with its body as it is stored. */
export interface QueuedDelivery {
  id: number;
  integration_id: number | null;
  integration_type: string;
  event: string;
  attempts: number;
  received_at: Date;
  body_size: number;
  /** Null: dropped by its age. */
  encoding: number | null;
  body: Buffer | null;
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

/** Takes the oldest deliveries that are due and that nobody else works on, locked to the end of the transaction, with their bodies. */
export async function claimDueDeliveries(trx: Transaction, selection: DueSelection): Promise<QueuedDelivery[]> {
  const { limit, bytes, only, except = [] } = selection;
  const { rows: claimed } = await sql<{ id: number; body_size: number }>`
    select id, body_size from deliveries
    where status = 'received' and ${only === undefined ? sql`not id = any(${except}::bigint[])` : sql`id = any(${only}::bigint[])`}
    order by id limit ${limit} for update skip locked`.execute(trx);
  if (claimed.length === 0) return [];
  const ids = withinBytes(claimed, bytes).map(({ id }) => id);
  const { rows } = await sql<QueuedDelivery>`
    select d.id, d.integration_id, d.integration_type, d.event, d.attempts, d.received_at, d.body_size, b.encoding, b.body
    from deliveries d left join lateral (
      select encoding, body from delivery_bodies where delivery_id = d.id and received_at = d.received_at limit 1
    ) b on true
    where d.id = any(${ids}::bigint[])
    order by d.id`.execute(trx);
  return rows;
}

function withinBytes<Row extends { body_size: number }>(rows: readonly Row[], bytes: number): Row[] {
  let left = bytes;
  const end = rows.findIndex(({ body_size }, index) => {
    left -= body_size;
    return left < 0 && index > 0;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** One delivery with its body, whatever its status, locked to the end of the transaction. */
export async function lockDelivery(
  trx: Transaction,
  id: number,
): Promise<(QueuedDelivery & { status: string; project_id: number | null }) | undefined> {
  const { rows } = await sql<QueuedDelivery & { status: string; project_id: number | null }>`
    with chosen as materialized (select * from deliveries where id = ${id} for update)
    select d.id, d.integration_id, d.project_id, d.integration_type, d.event, d.attempts, d.received_at, d.body_size, d.status,
           b.encoding, b.body
    from chosen d left join lateral (
      select encoding, body from delivery_bodies where delivery_id = d.id and received_at = d.received_at limit 1
    ) b on true`.execute(trx);
  return rows[0];
}

/** What became of a delivery. */
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
    from jsonb_to_recordset(${storableJson(outcomes)}::jsonb) as o(
      id bigint, status text, attempts smallint, reason text, effects jsonb, action text, repository text, "itemNumber" int,
      title text, sender text)
    where d.id = o.id`.execute(db);
}

/** PostgreSQL's text and jsonb hold neither NUL nor half a surrogate pair; JSON.stringify writes both, and only them, as escapes. */
function storableJson(value: unknown): string {
  return JSON.stringify(value).replace(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '\\ufffd');
}
