import type pg from 'pg';

/** A verified webhook to be stored. */
export interface NewDelivery {
  integrationId: number;
  /** Id of the secret that verified the request. The delivery is not stored if that secret was deleted or has ended. */
  secretId: number;
  event: string;
  guid: string;
  /** Identity of the delivery as 32 hexadecimal digits. */
  dedupeKey: string;
  /** The reason why the delivery is stored as `ignored`; null if it becomes `received`, or `held` if the integration is disabled. */
  ignoredReason: string | null;
  /** The payload as JSON. Deliveries of one request share the same buffer. */
  json: Buffer;
  action: string | null;
  repository: string | null;
  itemNumber: number | null;
  title: string | null;
  sender: string | null;
}

export type InsertOutcome =
  | { kind: 'stored'; id: number }
  /** The delivery was already stored before, with this id. */
  | { kind: 'duplicate'; id: number }
  /** Nothing was stored, because the secret was deleted, alone or with its integration, or has ended. */
  | { kind: 'secret_gone' };

export const HELD_REASON =
  'The integration is disabled. The delivery is kept and worked off when the integration is enabled again.';

/** The bodies of deliveries that are inserted together: joined one after another, each one once, and then encoded. */
export interface JoinedBodies {
  encoding: number;
  bytes: Buffer;
  /** Offset in bytes of each delivery's body before encoding, in the order of the deliveries. */
  starts: number[];
}

/**
 * Inserts all deliveries and their bodies in one statement. The lateral joins with `limit 1` make the planner use the primary keys,
 * whatever its statistics say. The bodies are stored unless every delivery is a duplicate.
 */
const INSERT = `
with input as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::int[], $7::int[],
                       $8::text[], $9::text[], $10::text[], $11::int[], $12::text[], $13::text[])
    with ordinality as t(integration_id, secret_id, event, guid, dedupe_key, body_start, body_size,
                         ignored_reason, action, repository, item_number, title, sender, place)
), bodies as (
  insert into delivery_bodies (received_at, encoding, body)
  select now(), $14, $15
  where exists (select from input where not exists (select from deliveries d where d.dedupe_key = input.dedupe_key))
  returning id
), inserted as (
  insert into deliveries (integration_id, project_id, integration_type, event, delivery_guid, dedupe_key, status, reason,
                          body_id, body_start, body_size, action, repository, item_number, title, sender)
  select input.integration_id, i.project_id, i.integration_type, event, guid, dedupe_key,
         case when ignored_reason is not null then 'ignored' when i.enabled then 'received' else 'held' end,
         case when ignored_reason is not null then ignored_reason when i.enabled then null else $16 end,
         bodies.id, body_start, body_size, action, repository, item_number, title, sender
  from input
    cross join bodies
    cross join lateral (select project_id, integration_type, enabled from integrations where id = input.integration_id limit 1) i
    cross join lateral (select from webhook_secrets
                        where id = input.secret_id and (valid_until is null or valid_until > now()) limit 1) s
  order by place
  on conflict (dedupe_key) do nothing
  returning id, dedupe_key
)
select inserted.id, input.place from inserted join input using (dedupe_key)`;

const EXISTING = `
select d.id, k.place from unnest($1::uuid[]) with ordinality k(dedupe_key, place) join deliveries d using (dedupe_key)`;

/** Stores the deliveries in one transaction and returns their outcomes in the same order. Their dedupe keys must differ from each other. */
export async function insertDeliveries(
  client: pg.ClientBase,
  rows: readonly NewDelivery[],
  bodies: JoinedBodies,
): Promise<InsertOutcome[]> {
  const inserted = await client.query<Placed>({
    name: 'insert-deliveries',
    text: INSERT,
    values: [
      plainArray(rows.map((row) => row.integrationId)),
      plainArray(rows.map((row) => row.secretId)),
      rows.map((row) => row.event),
      rows.map((row) => row.guid),
      plainArray(rows.map((row) => row.dedupeKey)),
      plainArray(bodies.starts),
      plainArray(rows.map((row) => row.json.length)),
      unlessAllNull(rows.map((row) => row.ignoredReason)),
      unlessAllNull(rows.map((row) => row.action)),
      unlessAllNull(rows.map((row) => row.repository)),
      unlessAllNull(rows.map((row) => row.itemNumber)),
      unlessAllNull(rows.map((row) => row.title)),
      unlessAllNull(rows.map((row) => row.sender)),
      bodies.encoding,
      bodies.bytes,
      HELD_REASON,
    ],
  });
  const outcomes: InsertOutcome[] = rows.map(() => ({ kind: 'secret_gone' }));
  for (const { id, place } of inserted.rows) outcomes[place - 1] = { kind: 'stored', id };
  if (inserted.rows.length === rows.length) return outcomes;
  const keys = plainArray(rows.map((row) => row.dedupeKey));
  const existing = await client.query<Placed>({ name: 'find-deliveries', text: EXISTING, values: [keys] });
  for (const { id, place } of existing.rows) {
    if (outcomes[place - 1]?.kind === 'secret_gone') outcomes[place - 1] = { kind: 'duplicate', id };
  }
  return outcomes;
}

interface Placed {
  id: number;
  /** Position of the delivery in the input, counted from 1. */
  place: number;
}

/** Returns values that need no quoting as the text of a PostgreSQL array, which is faster than letting the driver look at each value. */
function plainArray(values: readonly (number | string)[]): string {
  return `{${values.join()}}`;
}

/**
 * Returns the values of a column, or null if all of them are null: in most batches such a column has no value, and unnest() fills up an
 * absent array with nulls.
 */
function unlessAllNull<Value>(values: readonly (Value | null)[]): readonly (Value | null)[] | null {
  return values.some((value) => value !== null) ? values : null;
}
