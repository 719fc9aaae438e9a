import type { ExternalItem } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import type { RefusedNames, RemoteFields } from '../domain/sync-fields.ts';
import type { LinkSyncState } from '../domain/task.ts';
import type { Database, Transaction } from './database.ts';

/** A link as it is stored. */
export interface LinkRow {
  id: number;
  /** UUID in the create marker of the item. */
  marker: string;
  project_id: number;
  /** Null: the task was deleted, and this row is its tombstone. */
  task_id: number | null;
  integration_id: number;
  integration_type: string;
  repository_id: number | null;
  external_id: string | null;
  number: number | null;
  url: string | null;
  state: 'open' | 'closed' | null;
  sync_state: LinkSyncState;
  base: RemoteFields | null;
  remote_version: Date | null;
  refused: RefusedNames;
  candidate: ExternalItem | null;
  refetch_at: Date | null;
  refetch_attempts: number;
  last_error: string | null;
  last_error_class: string | null;
  last_synced_at: Date | null;
  created_at: Date;
}

/** Which item: external ids are unique within an integration. */
export interface ItemKey {
  integration_id: number;
  external_id: string;
}

const columns = sql`(id bigint, marker uuid, project_id bigint, task_id bigint, integration_id bigint, integration_type text,
  repository_id bigint, external_id text, number integer, url text, state text, sync_state text, base jsonb,
  remote_version timestamptz, refused jsonb, candidate jsonb, refetch_at timestamptz, refetch_attempts integer,
  last_error text, last_error_class text, last_synced_at timestamptz, created_at timestamptz)`;

/** Where the links of these items are, without locking them. */
export async function findLinkIds(
  trx: Transaction,
  keys: readonly ItemKey[],
): Promise<(ItemKey & { id: number; task_id: number | null })[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<ItemKey & { id: number; task_id: number | null }>`
    select l.id, l.task_id, l.integration_id, l.external_id
    from json_to_recordset(${JSON.stringify(keys)}) as k(integration_id bigint, external_id text)
    join links l on l.integration_id = k.integration_id and l.external_id = k.external_id`.execute(trx);
  return rows;
}

/** Links that wait for the item that was made with their marker. */
export async function findLinksByMarker(
  trx: Transaction,
  markers: readonly string[],
): Promise<{ id: number; task_id: number | null; marker: string }[]> {
  if (markers.length === 0) return [];
  const { rows } = await sql<{ id: number; task_id: number | null; marker: string }>`
    select id, task_id, marker from links where marker = any(${markers}::uuid[]) and external_id is null`.execute(trx);
  return rows;
}

/** Links that an integration of the same project left behind when it was deleted. */
export async function findDetachedLinks(
  trx: Transaction,
  items: readonly { project_id: number; external_id: string; url: string }[],
): Promise<{ id: number; task_id: number | null; project_id: number; external_id: string }[]> {
  if (items.length === 0) return [];
  const { rows } = await sql<{ id: number; task_id: number | null; project_id: number; external_id: string }>`
    select l.id, l.task_id, l.project_id, l.external_id
    from json_to_recordset(${JSON.stringify(items)}) as k(project_id bigint, external_id text, url text)
    join links l on l.project_id = k.project_id and l.url = k.url and l.external_id = k.external_id and l.sync_state = 'detached'
    where not exists (
      select from links other
      where other.task_id = l.task_id and other.repository_id = l.repository_id and other.sync_state not in ('deleted', 'detached'))
    order by l.id`.execute(trx);
  return rows;
}

/** Of links that are not followed any more: those whose task has another item in the same repository by now. */
export async function findReplacedLinks(trx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    select l.id from links l
    where l.id = any(${ids}::bigint[]) and exists (
      select from links other
      where other.task_id = l.task_id and other.repository_id = l.repository_id and other.id <> l.id
        and other.sync_state not in ('deleted', 'detached'))`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** Locks links in id order, after their tasks, as everything does that locks both. */
export async function lockLinks(trx: Transaction, ids: readonly number[]): Promise<LinkRow[]> {
  if (ids.length === 0) return [];
  const { rows } =
    await sql<LinkRow>`select * from links where id = any(${ids}::bigint[]) order by id for no key update`.execute(trx);
  return rows;
}

/** All links of a task, locked. */
export async function lockLinksOfTask(trx: Transaction, taskId: number): Promise<LinkRow[]> {
  const { rows } =
    await sql<LinkRow>`select * from links where task_id = ${taskId} order by id for no key update`.execute(trx);
  return rows;
}

/** Made and followed links of locked tasks, apart from these. Whoever holds a task may lock its links. */
export async function lockOtherLinks(
  trx: Transaction,
  taskIds: readonly number[],
  except: readonly number[],
): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select * from links
    where task_id = any(${taskIds}::bigint[]) and id <> all(${except}::bigint[])
      and base is not null and sync_state not in ('deleted', 'detached')
    order by id for no key update`.execute(trx);
  return rows;
}

export async function reserveLinkIds(trx: Transaction, count: number): Promise<{ id: number; marker: string }[]> {
  const { rows } = await sql<{ id: number; marker: string }>`
    select nextval(pg_get_serial_sequence('links', 'id')) as id, gen_random_uuid() as marker from generate_series(1, ${count})`.execute(
    trx,
  );
  return rows;
}

/** Writes the links, but for those whose item got a link meanwhile. Answers the ids written. Callers insert in key order. */
export async function insertLinks(trx: Transaction, links: readonly LinkRow[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    insert into links (id, marker, project_id, task_id, integration_id, integration_type, repository_id, external_id, number, url,
      state, sync_state, base, remote_version, refused, candidate, refetch_at, refetch_attempts, last_error, last_error_class,
      last_synced_at, created_at) overriding system value
    select x.* from json_to_recordset(${JSON.stringify(links)}) as x${columns}
    on conflict (integration_id, external_id) do nothing
    returning id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** Writes whole rows that the transaction has locked. */
export async function updateLinks(trx: Transaction, links: readonly LinkRow[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    update links l
    set integration_id = x.integration_id, integration_type = x.integration_type, repository_id = x.repository_id,
        external_id = x.external_id, number = x.number, url = x.url, state = x.state, sync_state = x.sync_state, base = x.base,
        remote_version = x.remote_version, refused = x.refused, candidate = x.candidate, refetch_at = x.refetch_at,
        refetch_attempts = x.refetch_attempts, last_error = x.last_error, last_error_class = x.last_error_class,
        last_synced_at = x.last_synced_at
    from json_to_recordset(${JSON.stringify(links)}) as x${columns}
    where l.id = x.id`.execute(trx);
}

export async function deleteLinks(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`delete from links where id = any(${ids}::bigint[])`.execute(trx);
}

/** The integration is being deleted: its tasks stay, its tombstones too, and a later integration of the project may take them up again. */
export async function detachLinks(trx: Transaction, integrationId: number): Promise<void> {
  await sql`
    update links set sync_state = 'detached', candidate = null, refetch_at = null
    where id in (
      select id from links
      where integration_id = ${integrationId} and (sync_state <> 'deleted' or task_id is null)
      order by id for no key update)`.execute(trx);
}

/** Something asked the other side anew: see `refetch_at`. Delivered when the transaction commits. */
export async function notifyRefetch(trx: Transaction): Promise<void> {
  await sql`select pg_notify('refetch', '')`.execute(trx);
}

/** One link, without locking it. */
export async function findLink(db: Database | Transaction, id: number): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`select * from links where id = ${id}`.execute(db);
  return rows[0];
}

/** Leases the link whose item has waited longest to be read again: `refetch_at` becomes the lease's end. */
export async function claimRefetch(db: Database, leaseSeconds: number): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`
    update links set refetch_at = date_trunc('milliseconds', now()) + make_interval(secs => ${leaseSeconds})
    where id = (select id from links where refetch_at <= now() order by refetch_at limit 1 for no key update skip locked)
    returning *`.execute(db);
  return rows[0];
}

/** Milliseconds until a link's item is to be read again; undefined when none is. */
export async function nextRefetchInMs(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(refetch_at) - now()) * 1000)::float8 as ms from links where refetch_at is not null`.execute(
    db,
  );
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? undefined : Math.max(0, Math.ceil(ms));
}

/** The question is answered, unless somebody asked anew meanwhile. */
export async function finishRefetch(trx: Transaction, claimed: Pick<LinkRow, 'id' | 'refetch_at'>): Promise<void> {
  await sql`
    update links set refetch_at = null, refetch_attempts = 0, candidate = null
    where id = ${claimed.id} and refetch_at = ${claimed.refetch_at}`.execute(trx);
}

/** No answer yet: asked again later, unless somebody asked anew meanwhile. */
export async function postponeRefetch(
  db: Database | Transaction,
  claimed: Pick<LinkRow, 'id' | 'refetch_at'>,
  { delayMs, attempts }: { delayMs: number; attempts: number },
): Promise<void> {
  await sql`
    update links set refetch_at = now() + make_interval(secs => ${delayMs / 1000}), refetch_attempts = ${attempts}
    where id = ${claimed.id} and refetch_at = ${claimed.refetch_at}`.execute(db);
}

/** Forgets that the item's task was deleted. */
export async function deleteTombstone(trx: Transaction, integrationId: number, externalId: string): Promise<void> {
  await sql`
    delete from links where integration_id = ${integrationId} and external_id = ${externalId} and task_id is null`.execute(
    trx,
  );
}
