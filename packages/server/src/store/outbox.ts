import { sql } from 'kysely';
import type { SyncFields } from '../domain/sync-fields.ts';
import type { Database, Transaction } from './database.ts';

/** The intent to make the other side of one link equal to its task. */
export interface IntentRow {
  id: number;
  link_id: number;
  integration_id: number;
  kind: 'create' | 'update';
  /** Failures in a row. */
  attempts: number;
  /** Set: a create was sent and its answer not seen. */
  sent_at: Date | null;
  /** Writes whose answer was not seen, oldest first. */
  sent: SyncFields[];
}

/** An intent, and whether a worker is at it just now. */
export interface KnownIntent extends IntentRow {
  leased: boolean;
}

/** The intents of these links that are under way. */
export async function findIntents(trx: Transaction, linkIds: readonly number[]): Promise<KnownIntent[]> {
  if (linkIds.length === 0) return [];
  const { rows } = await sql<KnownIntent>`
    select id, link_id, integration_id, kind, attempts, sent_at, sent, coalesce(lease_until > now(), false) as leased
    from outbox where link_id = any(${linkIds}::bigint[])`.execute(trx);
  return rows;
}

/**
 * Writes down that these links have something to send; workers are woken when the transaction commits. One that already waits
 * keeps its place and its pause. The caller holds the links' locks.
 */
export async function queueIntents(
  trx: Transaction,
  links: readonly { id: number; integration_id: number; external_id: string | null }[],
): Promise<void> {
  if (links.length === 0) return;
  await sql`
    insert into outbox (link_id, integration_id, kind)
    select x.id, x.integration_id, case when x.external_id is null then 'create' else 'update' end
    from json_to_recordset(${JSON.stringify(links)}) as x(id bigint, integration_id bigint, external_id text)
    order by x.id
    on conflict (link_id) do update set kind = excluded.kind`.execute(trx);
  await sql`select pg_notify('outbox', '')`.execute(trx);
}

/** Takes back intents that have nothing to send any more, but for those that a worker may have sent. Answers their links. */
export async function dropIdleIntents(trx: Transaction, linkIds: readonly number[]): Promise<Set<number>> {
  if (linkIds.length === 0) return new Set();
  const { rows } = await sql<{ link_id: number }>`
    delete from outbox
    where link_id = any(${linkIds}::bigint[]) and lease_owner is null and sent_at is null and sent = '[]'
    returning link_id`.execute(trx);
  return new Set(rows.map((row) => row.link_id));
}

export async function deleteIntents(trx: Transaction, linkIds: readonly number[]): Promise<void> {
  await sql`delete from outbox where link_id = any(${linkIds}::bigint[])`.execute(trx);
}

/**
 * Leases the intent that has waited longest, of an integration that nobody writes for just now.
 * @param busy integrations that this process already works for
 */
export async function claimIntent(
  db: Database,
  options: { owner: string; leaseSeconds: number; busy: readonly number[] },
): Promise<IntentRow | undefined> {
  const { rows } = await sql<IntentRow>`
    update outbox set lease_owner = ${options.owner}, lease_until = now() + make_interval(secs => ${options.leaseSeconds})
    where id = (
      select id from outbox o
      where not_before <= now() and (lease_until is null or lease_until <= now()) and integration_id <> all(${options.busy}::bigint[])
        and not exists (
          select from outbox leased
          where leased.integration_id = o.integration_id and leased.lease_owner is not null and leased.lease_until > now())
      order by not_before, id limit 1 for update skip locked)
    returning id, link_id, integration_id, kind, attempts, sent_at, sent`.execute(db);
  return rows[0];
}

/** Milliseconds until an intent is due or a lease ends; undefined when none waits for a time. */
export async function nextIntentInMs(db: Database, busy: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(greatest(not_before, coalesce(lease_until, not_before))) - now()) * 1000)::float8 as ms
    from outbox where not_before < 'infinity' and integration_id <> all(${busy}::bigint[])`.execute(db);
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? undefined : Math.max(0, Math.ceil(ms));
}

/** Keeps the lease. False: another worker has it. */
export async function renewLease(db: Database, id: number, owner: string, leaseSeconds: number): Promise<boolean> {
  const result = await sql`
    update outbox set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and lease_owner = ${owner}`.execute(db);
  return result.numAffectedRows === 1n;
}

/** Locks the intent if this worker still holds its lease. */
export async function lockLeasedIntent(trx: Transaction, id: number, owner: string): Promise<IntentRow | undefined> {
  const { rows } = await sql<IntentRow>`
    select id, link_id, integration_id, kind, attempts, sent_at, sent
    from outbox where id = ${id} and lease_owner = ${owner} for update`.execute(trx);
  return rows[0];
}

/** What is about to be sent: committed before the call, so that whatever happens to the answer its echo is known. */
export async function recordSent(
  trx: Transaction,
  id: number,
  sent: readonly SyncFields[],
  create: boolean,
): Promise<void> {
  await sql`
    update outbox set sent = ${JSON.stringify(sent)}::jsonb, sent_at = case when ${create} then clock_timestamp() end
    where id = ${id}`.execute(trx);
}

/** The intent is fulfilled, or given up. */
export async function deleteIntent(trx: Transaction, id: number): Promise<void> {
  await sql`delete from outbox where id = ${id}`.execute(trx);
}

export interface Postponement {
  /** 'resume': until the integration is resumed. */
  delayMs: number | 'resume';
  attempts: number;
  sent: readonly SyncFields[];
  /** A create may have happened: look before sending it again. */
  uncertainCreate: boolean;
  error: string | null;
}

/** Gives the lease back and waits. */
export async function postponeIntent(
  trx: Transaction,
  id: number,
  { delayMs, attempts, sent, uncertainCreate, error }: Postponement,
): Promise<void> {
  const notBefore =
    delayMs === 'resume'
      ? sql`'infinity'::timestamptz`
      : sql`clock_timestamp() + make_interval(secs => ${delayMs / 1000})`;
  await sql`
    update outbox
    set not_before = ${notBefore}, attempts = ${attempts}, sent = ${JSON.stringify(sent)}::jsonb,
        sent_at = case when ${uncertainCreate} then sent_at end, last_error = ${error}, lease_owner = null, lease_until = null
    where id = ${id}`.execute(trx);
}

/** The other side works again: what waits after a failure there need not wait any longer. */
export async function hurryIntents(trx: Transaction, integrationId: number): Promise<void> {
  await sql`
    update outbox set not_before = now()
    where id in (
      select id from outbox
      where integration_id = ${integrationId} and last_error is not null and not_before > now() and not_before < 'infinity'
      order by id for update skip locked)`.execute(trx);
}
