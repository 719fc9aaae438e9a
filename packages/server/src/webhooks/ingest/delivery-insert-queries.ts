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
  /** Why it is not for anybody to work on; null: it is `received`, or `held` where the integration is disabled. */
  ignoredReason: string | null;
  /** As it is read later; those of one request share theirs. */
  json: Buffer;
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

/** The bodies of deliveries that are inserted together: one after another, each once, then encoded. */
export interface JoinedBodies {
  encoding: number;
  bytes: Buffer;
  /** Offset of each body before encoding, in the order of the deliveries. */
  starts: number[];
}

/**
 * One statement for all rows and their bodies. The laterals with `limit 1` keep the planner on the primary keys whatever it believes
 * about the tables. Bodies are stored unless every delivery is a duplicate.
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

/** Stores the deliveries in one transaction; outcomes in the order given. Dedupe keys must differ from each other. */
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
  /** Counted from 1. */
  place: number;
}

/** An array of what needs no quoting, written without looking at each element. */
function plainArray(values: readonly (number | string)[]): string {
  return `{${values.join()}}`;
}

/** unnest() fills up with nulls: most deliveries have none of these. */
function unlessAllNull<Value>(values: readonly (Value | null)[]): readonly (Value | null)[] | null {
  return values.some((value) => value !== null) ? values : null;
}
