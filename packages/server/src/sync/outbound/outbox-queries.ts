import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { justDue, pauseUntilDue } from '../../database/due-time.ts';
import type { Row } from '../../database/row-columns.ts';
import { thisWorker } from '../../database/worker-claims.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import type { RemoteFields } from '../../tasks/sync-fields.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { SyncIntegration } from '../inbound/incoming-change.ts';
import type { LinkRow } from '../link/link-queries.ts';

/**
 * An intent to make the item of one link equal to its task. `attempts` counts failures in a row. `sent_at` is set while a create was sent
 * and its response has not been seen.
 */
export type IntentRow = Pick<
  Row<'outbox', { kind: 'create' | 'update' }>,
  'id' | 'link_id' | 'integration_id' | 'kind' | 'attempts' | 'sent_at'
>;

/** Returns the intents of these links. */
export async function findIntents(trx: Transaction, linkIds: readonly number[]): Promise<IntentRow[]> {
  if (linkIds.length === 0) return [];
  const { rows } = await sql<IntentRow>`
    select id, link_id, integration_id, kind, attempts, sent_at from outbox where link_id = any(${linkIds}::bigint[])`.execute(
    trx,
  );
  return rows;
}

/**
 * Stores intents of these links, and wakes the workers when the transaction commits. An intent that waits already keeps its place and its
 * pause. The caller must have locked the links.
 */
export async function queueIntents(
  trx: Transaction,
  links: readonly { id: number; integration_id: number; external_id: string | null }[],
): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map(({ id, integration_id, external_id }) => ({ id, integration_id, external_id }));
  await sql`
    insert into outbox (link_id, integration_id, kind)
    select x.id, x.integration_id, case when x.external_id is null then 'create' else 'update' end
    from json_to_recordset(${JSON.stringify(rows)}) as x(id bigint, integration_id bigint, external_id text)
    order by x.id
    on conflict (link_id) do update set kind = excluded.kind, integration_id = excluded.integration_id`.execute(trx);
  await sql`select pg_notify('outbox', '')`.execute(trx);
}

/** Deletes intents that have nothing to send any more, except those that a worker holds or may have sent. Returns their link ids. */
export async function dropIdleIntents(trx: Transaction, linkIds: readonly number[]): Promise<Set<number>> {
  if (linkIds.length === 0) return new Set();
  const { rows } = await sql<{ link_id: number }>`
    delete from outbox
    where link_id = any(${linkIds}::bigint[]) and (lease_until is null or lease_until <= now()) and sent_at is null
    returning link_id`.execute(trx);
  return new Set(rows.map((row) => row.link_id));
}

export async function deleteIntents(trx: Transaction, linkIds: readonly number[]): Promise<void> {
  await sql`delete from outbox where link_id = any(${linkIds}::bigint[])`.execute(trx);
}

/** An intent that a worker has claimed. `owner` is the random id of its lease. */
export interface ClaimedIntent extends IntentRow {
  owner: string;
}

/** Number of due intents among which a claim looks, so that processes that claim at the same moment do not all compete for one. */
const CANDIDATES = 32;

/**
 * Leases and returns the intent that has waited longest, of an integration for which no other worker is writing. The cost grows with the
 * number of integrations that have intents, not with the number of intents.
 *
 * @param except ids of integrations to leave out
 */
export async function claimIntent(
  db: Database,
  { owner, leaseSeconds, except }: { owner: string; leaseSeconds: number; except: readonly number[] },
): Promise<ClaimedIntent | undefined> {
  const { rows } = await sql<IntentRow>`
    with recursive lanes (id) as (
      (select integration_id from outbox order by integration_id limit 1)
      union all
      select (select o.integration_id from outbox o where o.integration_id > lanes.id order by o.integration_id limit 1)
      from lanes where lanes.id is not null
    ), due as materialized (
      select head.* from lanes cross join lateral (
        select o.id, o.not_before from outbox o
        where o.integration_id = lanes.id and o.not_before <= now() and (o.lease_until is null or o.lease_until <= now())
        order by o.not_before, o.id limit 1) head
      where lanes.id <> all(${except}::bigint[]) and not exists (
        select from outbox leased
        where leased.integration_id = lanes.id and leased.lease_owner is not null and leased.lease_until > now())
      order by head.not_before, head.id limit ${CANDIDATES}
    )
    update outbox
    set worker = ${thisWorker}, lease_owner = ${owner}, lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id = (
      select o.id from due join outbox o on o.id = due.id
      where o.not_before <= now() and (o.lease_until is null or o.lease_until <= now())
      order by due.not_before, due.id limit 1 for update of o skip locked)
    returning id, link_id, integration_id, kind, attempts, sent_at`.execute(db);
  const [intent] = rows;
  return intent && { ...intent, owner };
}

/** Returns the milliseconds until an intent becomes due or a lease ends; undefined if no intent waits for a time. */
export async function nextIntentInMs(db: Database, except: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from least(
      (select not_before from outbox
        where not_before > ${justDue} and not_before < 'infinity' and integration_id <> all(${except}::bigint[])
        order by not_before limit 1),
      (select min(lease_until) from outbox
        where lease_owner is not null and lease_until > ${justDue} and integration_id <> all(${except}::bigint[]))) - now()) * 1000)::float8 as ms`.execute(
    db,
  );
  return pauseUntilDue(rows[0]?.ms);
}

/** Extends the lease of an intent. Returns false if this worker does not hold it any more. */
export async function renewLease(
  db: Database,
  { id, owner }: Pick<ClaimedIntent, 'id' | 'owner'>,
  leaseSeconds: number,
): Promise<boolean> {
  const result = await sql`
    update outbox set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and lease_owner = ${owner}`.execute(db);
  return result.numAffectedRows === 1n;
}

export interface Postponement {
  /**
   * Milliseconds that the intent waits before it is sent again; 'signal' to wait until the integration is resumed or the repository works
   * again.
   */
  delayMs: number | 'signal';
  attempts: number;
  /** True if a create may have been carried out: its item is then looked for before it is created again. */
  uncertainCreate: boolean;
  error: string | null;
}

/** Releases the lease of an intent and lets it wait. */
export async function postponeIntent(
  trx: Transaction,
  id: number,
  { delayMs, attempts, uncertainCreate, error }: Postponement,
): Promise<void> {
  const notBefore =
    delayMs === 'signal'
      ? sql`'infinity'::timestamptz`
      : sql`clock_timestamp() + make_interval(secs => ${delayMs / 1000})`;
  await sql`
    update outbox
    set not_before = ${notBefore}, attempts = ${attempts}, sent_at = case when ${uncertainCreate} then sent_at end,
        last_error = ${error}, lease_owner = null, lease_until = null
    where id = ${id}`.execute(trx);
}

/**
 * Sets `sent_at` of an intent when its create is about to be sent (`sent` is true), or clears it when a create whose outcome was unknown
 * turns out not to have been carried out.
 */
export async function recordCreate(trx: Transaction, id: number, sent: boolean): Promise<void> {
  await sql`update outbox set sent_at = case when ${sent} then clock_timestamp() end where id = ${id}`.execute(trx);
}

/** Makes the intents of an integration due that wait after a failure, because its provider works again. */
export async function hurryIntents(trx: Transaction, integrationId: number): Promise<void> {
  await sql`
    update outbox set not_before = now()
    where id in (
      select o.id from outbox o join links l on l.id = o.link_id
      where o.integration_id = ${integrationId} and l.sync_state = 'pending' and o.last_error is not null
        and o.not_before > now() and o.not_before < 'infinity'
      order by o.id for update of o skip locked)`.execute(trx);
}

/** Makes the intents of these links due now. */
export async function wakeIntents(trx: Transaction, linkIds: readonly number[]): Promise<void> {
  if (linkIds.length === 0) return;
  await sql`update outbox set not_before = now(), attempts = 0 where link_id = any(${linkIds}::bigint[]) and not_before > now()`.execute(
    trx,
  );
  await sql`select pg_notify('outbox', '')`.execute(trx);
}

/** Lets the intents of a repository's links wait until it works again. An intent that a worker holds is parked by that worker. */
export async function parkIntents(trx: Transaction, repositoryId: number): Promise<void> {
  await sql`
    update outbox set not_before = 'infinity'
    where id in (
      select o.id from outbox o join links l on l.id = o.link_id
      where l.repository_id = ${repositoryId} and o.not_before < 'infinity' and (o.lease_until is null or o.lease_until <= now())
      order by o.id for update of o skip locked)`.execute(trx);
}

/** The item of a claimed intent, as far as it must be known to read it, with the link's base before the read. */
export interface IntentTarget {
  external_id: string | null;
  number: number | null;
  base: RemoteFields | null;
  repository: RepositoryRow | null;
}

/** Returns the target of an intent, without locking it; undefined if its link was removed. */
export async function findIntentTarget(db: Database, linkId: number): Promise<IntentTarget | undefined> {
  const { rows } = await sql<IntentTarget>`
    select l.external_id, l.number, l.base, to_jsonb(r) as repository
    from links l left join repositories r on r.id = l.repository_id where l.id = ${linkId}`.execute(db);
  return rows[0];
}

/** The rows that one attempt to send an intent needs. Its task, link and intent are locked. */
export interface LockedIntent {
  /** Time at which the rows were read, by the database's clock. */
  now: Date;
  intent: IntentRow;
  link: LinkRow;
  task: TaskRow;
  repository: RepositoryRow | null;
  integration: SyncIntegration;
}

/** Another worker has the intent. */
export class IntentLeaseLostError extends Error {}

/**
 * Locks an intent with its task and link, in the order task, link, intent, and loads their repository and integration. Returns undefined
 * if this worker no longer holds the lease or the intent was deleted.
 */
export async function lockIntent(
  trx: Transaction,
  { id, owner }: Pick<ClaimedIntent, 'id' | 'owner'>,
): Promise<LockedIntent | undefined> {
  const { rows } = await sql<{
    now: Date;
    intent: Json<IntentRow>;
    link: Json<LinkRow>;
    task: Json<TaskRow>;
    repository: RepositoryRow | null;
    integration: SyncIntegration;
  }>`
    select clock_timestamp() as now, to_jsonb(o) as intent, to_jsonb(l) as link, to_jsonb(t) as task, to_jsonb(r) as repository,
      jsonb_build_object('id', i.id, 'project_id', i.project_id, 'name', i.name, 'integration_type', i.integration_type,
        'host', i.host, 'clock_offset_ms', i.clock_offset_ms, 'config', i.config, 'account', i.account, 'enabled', i.enabled
      ) as integration
    from outbox o join links l on l.id = o.link_id join tasks t on t.id = l.task_id
    join integrations i on i.id = o.integration_id left join repositories r on r.id = l.repository_id
    where o.id = ${id} and o.lease_owner = ${owner}
    for no key update of t, l, o`.execute(trx);
  const [row] = rows;
  if (row === undefined) {
    const { rows: present } =
      await sql`select from outbox where id = ${id} and lease_owner is distinct from ${owner}`.execute(trx);
    if (present.length > 0) throw new IntentLeaseLostError(`another worker has intent ${id}`);
    return undefined;
  }
  const { now, intent, link, task, repository, integration } = row;
  return {
    now,
    intent: { ...intent, sent_at: toDate(intent.sent_at) },
    link: {
      ...link,
      refetch_at: toDate(link.refetch_at),
      last_synced_at: toDate(link.last_synced_at),
      created_at: new Date(link.created_at),
    },
    task: {
      ...task,
      created_at: new Date(task.created_at),
      updated_at: new Date(task.updated_at),
      completed_at: toDate(task.completed_at),
      deleted_at: toDate(task.deleted_at),
    },
    repository,
    integration,
  };
}

/** The type of a row that PostgreSQL returns as JSON, in which times are strings. */
type Json<Row> = {
  [Column in keyof Row]: Date extends Row[Column] ? Exclude<Row[Column], Date> | string : Row[Column];
};

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text));
