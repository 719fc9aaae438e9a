import type pg from 'pg';

/** A verified webhook that is to be stored. */
export interface NewDelivery {
  integrationId: number;
  /** The secret that verified it: without it, or past its end, nothing is stored. */
  secretId: number;
  event: string;
  guid: string;
  /** 32 hex digits. */
  dedupeKey: string;
  /** `received` becomes `held` where the integration is disabled. */
  status: 'received' | 'ignored';
  reason: string | null;
  /** Bytes of the body as it is read later, before compression. */
  bodySize: number;
  encoding: number;
  body: Buffer;
  action: string | null;
  repository: string | null;
  itemNumber: number | null;
  title: string | null;
  sender: string | null;
}

export type InsertOutcome =
  | { kind: 'stored'; id: number }
  /** Stored before, under this id. */
  | { kind: 'duplicate'; id: number }
  /** The secret is not there any more: its integration was deleted or the secret's time is over. */
  | { kind: 'secret_gone' };

export const HELD_REASON =
  'The integration is disabled. The delivery is kept and worked off when the integration is enabled again.';

/**
 * One statement for all rows and their bodies. The bodies travel as one binary parameter, cut apart by substring(): no escaping, no
 * hex. The laterals with `limit 1` keep the planner on the primary keys whatever it believes about the tables.
 */
const INSERT = `
with input as (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::int[],
                       $9::smallint[], $10::int[], $11::int[], $12::text[], $13::text[], $14::int[], $15::text[], $16::text[])
    with ordinality as t(integration_id, secret_id, event, guid, dedupe_key, status, reason, body_size,
                         encoding, start, length, action, repository, item_number, title, sender, place)
), inserted as (
  insert into deliveries (integration_id, project_id, integration_type, event, delivery_guid, dedupe_key, status, reason,
                          body_size, action, repository, item_number, title, sender)
  select input.integration_id, i.project_id, i.integration_type, event, guid, dedupe_key,
         case when status = 'received' and not i.enabled then 'held' else status end,
         case when status = 'received' and not i.enabled then $17 else reason end,
         body_size, action, repository, item_number, title, sender
  from input
    cross join lateral (select project_id, integration_type, enabled from integrations where id = input.integration_id limit 1) i
    cross join lateral (select from webhook_secrets
                        where id = input.secret_id and (valid_until is null or valid_until > now()) limit 1) s
  order by place
  on conflict (dedupe_key) do nothing
  returning id, dedupe_key, received_at
), bodies as (
  insert into delivery_bodies (delivery_id, received_at, encoding, body)
  select inserted.id, inserted.received_at, input.encoding, substring($18::bytea from input.start for input.length)
  from inserted join input using (dedupe_key)
)
select id, dedupe_key from inserted`;

const EXISTING = 'select id, dedupe_key from deliveries where dedupe_key = any($1::uuid[])';

/** Stores the deliveries in one transaction; outcomes in the order given. Dedupe keys must differ from each other. */
export async function insertDeliveries(client: pg.ClientBase, rows: readonly NewDelivery[]): Promise<InsertOutcome[]> {
  const { bytes, starts } = concatenate(rows);
  const inserted = await client.query<{ id: number; dedupe_key: string }>({
    name: 'insert-deliveries',
    text: INSERT,
    values: [
      rows.map((row) => row.integrationId),
      rows.map((row) => row.secretId),
      rows.map((row) => row.event),
      rows.map((row) => row.guid),
      rows.map((row) => row.dedupeKey),
      rows.map((row) => row.status),
      rows.map((row) => row.reason),
      rows.map((row) => row.bodySize),
      rows.map((row) => row.encoding),
      starts,
      rows.map((row) => row.body.length),
      rows.map((row) => row.action),
      rows.map((row) => row.repository),
      rows.map((row) => row.itemNumber),
      rows.map((row) => row.title),
      rows.map((row) => row.sender),
      HELD_REASON,
      bytes,
    ],
  });
  const ids = idsByKey(inserted.rows);
  if (ids.size === rows.length) return rows.map((row) => ({ kind: 'stored', id: ids.get(row.dedupeKey) ?? 0 }));
  const missing = rows.filter((row) => !ids.has(row.dedupeKey)).map((row) => row.dedupeKey);
  const existing = idsByKey((await client.query({ name: 'find-deliveries', text: EXISTING, values: [missing] })).rows);
  return rows.map(({ dedupeKey }): InsertOutcome => {
    const id = ids.get(dedupeKey);
    if (id !== undefined) return { kind: 'stored', id };
    const earlier = existing.get(dedupeKey);
    return earlier === undefined ? { kind: 'secret_gone' } : { kind: 'duplicate', id: earlier };
  });
}

/** PostgreSQL writes a UUID with hyphens. */
function idsByKey(rows: readonly { id: number; dedupe_key: string }[]): Map<string, number> {
  return new Map(rows.map((row) => [row.dedupe_key.replaceAll('-', ''), row.id]));
}

/** The bodies one after another, each once (the deliveries of one request share theirs), and where each starts, counted from 1. */
function concatenate(rows: readonly NewDelivery[]): { bytes: Buffer; starts: number[] } {
  const startOf = new Map<Buffer, number>();
  let length = 0;
  const starts = rows.map(({ body }) => {
    let start = startOf.get(body);
    if (start === undefined) {
      start = length + 1;
      startOf.set(body, start);
      length += body.length;
    }
    return start;
  });
  return { bytes: Buffer.concat([...startOf.keys()], length), starts };
}
