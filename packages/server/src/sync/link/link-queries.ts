import type { ExternalItem } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Row, rowColumns } from '../../database/row-columns.ts';
import type { Facet, RefusedNames, RemoteFields } from '../../tasks/sync-fields.ts';
import type { Write } from '../reconcile/write.ts';
import type { LinkCondition } from './link-state.ts';

/** The columns of `links` whose exact types the generated schema does not know. */
interface LinkValues extends LinkCondition {
  kind: 'item';
  state: 'open' | 'closed' | null;
  base: RemoteFields | null;
  versions: Partial<Record<Facet, string>>;
  writes: Write[];
  refused: RefusedNames;
  frozen: string[];
  candidate: ExternalItem | null;
}

/**
 * A link as it is stored. `marker` is the UUID in the create marker of the item. `task_id` is null after the task was purged: the row is
 * then the tombstone of its item. `integration_id` is the integration that reads and writes the item.
 */
export type LinkRow = Omit<Row<'links', LinkValues>, 'refetch_lease_until' | 'refetch_worker'>;

const linkColumns = rowColumns<LinkRow>('links', {
  id: 'key',
  marker: 'insert',
  project_id: 'insert',
  task_id: 'update',
  integration_id: 'update',
  integration_type: 'update',
  host: 'update',
  kind: 'insert',
  repository_id: 'update',
  external_id: 'update',
  number: 'update',
  url: 'update',
  state: 'update',
  sync_state: 'update',
  base: 'update',
  versions: 'update',
  writes: 'update',
  refused: 'update',
  frozen: 'update',
  candidate: 'update',
  refetch_at: 'update',
  refetch_attempts: 'update',
  last_error: 'update',
  last_error_class: 'update',
  last_error_hint: 'update',
  last_synced_at: 'update',
  created_at: 'insert',
});

/** An item's identity in a project: the provider's immutable id at one host, whichever integration delivers it. */
export interface ItemIdentity {
  project_id: number;
  integration_type: string;
  host: string;
  external_id: string;
}

export const identityText = ({ project_id, integration_type, host, external_id }: ItemIdentity): string =>
  `${project_id}/${integration_type}/${host}/${external_id}`;

/** An identity with its link, or with the alias that remembers it. */
export interface KnownIdentity extends ItemIdentity {
  /** Id of the link with this identity, or of the link that the item moved on to; null if there is none. */
  id: number | null;
  task_id: number | null;
  /** The reason why the identity has no link of its own; null if it has one. */
  alias: 'moved' | 'deleted' | null;
  /** True if the task exists and its link certainly does not follow the item any more. */
  given_up: boolean;
}

/**
 * Returns the links and aliases of these identities, without locking them. Each identity is looked up by itself, because the planner
 * would scan all links if the table has grown since its statistics were made.
 */
export async function findIdentities(
  db: Database | Transaction,
  identities: readonly ItemIdentity[],
): Promise<KnownIdentity[]> {
  if (identities.length === 0) return [];
  const { rows } = await sql<KnownIdentity>`
    select asked.*, found.id, found.task_id, found.alias, coalesce(found.sync_state = 'deleted' and found.last_error_class is null
      and exists (select from tasks where tasks.id = found.task_id and tasks.deleted_at is null), false) as given_up
    from json_to_recordset(${JSON.stringify(identities)})
      as asked(project_id bigint, integration_type text, host text, external_id text)
    cross join lateral (
      select id, task_id, sync_state, last_error_class, null as alias from links
      where (project_id, integration_type, host, kind, external_id)
        = (asked.project_id, asked.integration_type, asked.host, 'item', asked.external_id)
      union all
      select links.id, links.task_id, links.sync_state, links.last_error_class, alias.why
      from link_aliases alias left join links on links.id = alias.link_id
      where (alias.project_id, alias.integration_type, alias.host, alias.kind, alias.external_id)
        = (asked.project_id, asked.integration_type, asked.host, 'item', asked.external_id)
      order by alias nulls first limit 1) found`.execute(db);
  return rows;
}

/** Inserts aliases: identities that must not become a task again. An existing alias stays, but leads to the new link if it led to none. */
export async function insertAliases(
  trx: Transaction,
  aliases: readonly (ItemIdentity & { link_id: number | null; why: 'moved' | 'deleted' })[],
): Promise<void> {
  if (aliases.length === 0) return;
  const distinct = [...new Map(aliases.map((alias) => [identityText(alias), alias])).values()];
  await sql`
    insert into link_aliases as alias (project_id, integration_type, host, external_id, link_id, why)
    select x.* from json_to_recordset(${JSON.stringify(distinct.map(aliasColumns))})
      as x(project_id bigint, integration_type text, host text, external_id text, link_id bigint, why text)
    order by x.external_id
    on conflict (project_id, integration_type, host, kind, external_id) do update
    set link_id = excluded.link_id, why = excluded.why where alias.link_id is null and excluded.link_id is not null`.execute(
    trx,
  );
}

/** Changes the aliases that lead to one link so that they lead to another one. */
export async function moveAliases(trx: Transaction, moves: readonly { from: number; to: number }[]): Promise<void> {
  await sql`
    update link_aliases alias set link_id = x."to"
    from json_to_recordset(${JSON.stringify(moves)}) as x("from" bigint, "to" bigint)
    where alias.link_id = x."from"`.execute(trx);
}

const aliasColumns = ({
  project_id,
  integration_type,
  host,
  external_id,
  link_id,
  why,
}: ItemIdentity & { link_id: number | null; why: string }) => ({
  project_id,
  integration_type,
  host,
  external_id,
  link_id,
  why,
});

/** Returns the links that have these create markers and no item yet. */
export async function findLinksByMarker(
  trx: Transaction,
  markers: readonly string[],
): Promise<{ id: number; task_id: number | null; marker: string }[]> {
  if (markers.length === 0) return [];
  const { rows } = await sql<{ id: number; task_id: number | null; marker: string }>`
    select id, task_id, marker from links where marker = any(${markers}::uuid[]) and external_id is null`.execute(trx);
  return rows;
}

/** Returns those of the given link ids whose task follows another item in the same repository. */
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

/** Locks links in id order and returns them. A transaction that also locks their tasks must lock the tasks first. */
export async function lockLinks(trx: Transaction, ids: readonly number[]): Promise<LinkRow[]> {
  if (ids.length === 0) return [];
  const { rows } =
    await sql<LinkRow>`select * from links where id = any(${ids}::bigint[]) order by id for no key update`.execute(trx);
  return rows;
}

/** Locks all links of a task and returns them. The caller must have locked the task. */
export async function lockLinksOfTask(trx: Transaction, taskId: number): Promise<LinkRow[]> {
  const { rows } =
    await sql<LinkRow>`select * from links where task_id = ${taskId} order by id for no key update`.execute(trx);
  return rows;
}

/**
 * Locks the links of these tasks, except the given ones, that have an agreed state (base) and are followed or have fields with an open
 * conflict. The caller must have locked the tasks.
 */
export async function lockOtherLinks(
  trx: Transaction,
  taskIds: readonly number[],
  except: readonly number[],
): Promise<LinkRow[]> {
  // The ids are looked up per task, because the planner would scan all links if the table has grown since its statistics were made.
  const { rows } = await sql<LinkRow>`
    select * from links
    where id = any(array(
        select other.id from unnest(${taskIds}::bigint[]) task(id)
        cross join lateral (select links.id from links where links.task_id = task.id offset 0) other
        where other.id <> all(${except}::bigint[])))
      and base is not null and (sync_state not in ('deleted', 'detached') or frozen <> '{}')
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

/**
 * Inserts links, except those whose item got a link in another transaction meanwhile. Links must be given in the order of their
 * identities. Returns the ids that were inserted.
 */
export async function insertLinks(trx: Transaction, links: readonly LinkRow[]): Promise<Set<number>> {
  const { names, values } = linkColumns;
  const { rows } = await sql<{ id: number }>`
    insert into links (${names}) overriding system value
    select ${values} from ${linkColumns.rows(links)}
    on conflict (project_id, integration_type, host, kind, external_id) do nothing
    returning id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** SQL that is true for a link `l` that a pending job follows. */
const isFollowedByJob = sql`exists (select from jobs j where j.link_id = l.id and j.status = 'pending')`;

/** Updates links that the transaction has locked, writing all columns. Returns the ids of those that jobs follow. */
export async function updateLinks(trx: Transaction, links: readonly LinkRow[]): Promise<number[]> {
  if (links.length === 0) return [];
  const { rows } = await sql<{ id: number; is_followed: boolean }>`
    update links l set ${linkColumns.assignments} from ${linkColumns.rows(links)}
    where l.id = x.id
    returning l.id, ${isFollowedByJob} as is_followed`.execute(trx);
  return rows.filter(({ is_followed }) => is_followed).map(({ id }) => id);
}

/** Deletes links. Returns the ids of those that jobs followed. */
export async function deleteLinks(trx: Transaction, ids: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number; was_followed: boolean }>`
    delete from links l where id = any(${ids}::bigint[]) returning l.id, ${isFollowedByJob} as was_followed`.execute(
    trx,
  );
  return rows.filter(({ was_followed }) => was_followed).map(({ id }) => id);
}

/** Returns the ids of an integration's followed links after `afterId`, in id order, with the ids of their tasks. */
export async function findLinksOfIntegration(
  trx: Transaction,
  integrationId: number,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<{ id: number; task_id: number | null }[]> {
  const { rows } = await sql<{ id: number; task_id: number | null }>`
    select id, task_id from links
    where integration_id = ${integrationId} and id > ${afterId} and sync_state not in ('deleted', 'detached')
    order by id limit ${limit}`.execute(trx);
  return rows;
}

/**
 * Returns the ids of a repository's followed links after `afterId`, in id order, with the ids of their tasks; if `pendingOnly`, only
 * links with an intent.
 */
export async function findLinksOfRepository(
  trx: Transaction,
  repositoryId: number,
  { pendingOnly, afterId, limit }: { pendingOnly: boolean; afterId: number; limit: number },
): Promise<{ id: number; task_id: number | null }[]> {
  const { rows } = await sql<{ id: number; task_id: number | null }>`
    select id, task_id from links l
    where repository_id = ${repositoryId} and id > ${afterId} and sync_state not in ('deleted', 'detached')
      and (not ${pendingOnly} or exists (select from outbox o where o.link_id = l.id))
    order by id limit ${limit}`.execute(trx);
  return rows;
}

/** Returns the ids of a repository's followed links after `afterId`, and of their tasks, if task or base has the label in any case. */
export async function findLinksWithLabel(
  trx: Transaction,
  repositoryId: number,
  label: string,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<{ id: number; task_id: number }[]> {
  const { rows } = await sql<{ id: number; task_id: number }>`
    select l.id, l.task_id from links l join tasks t on t.id = l.task_id
    where l.repository_id = ${repositoryId} and l.id > ${afterId} and l.sync_state not in ('deleted', 'detached')
      and (exists (select from unnest(t.labels) label where lower(label) = lower(${label}))
        or exists (
          select from jsonb_array_elements_text(coalesce(l.base -> 'labels' || (l.base -> 'priorityLabels'), '[]')) label
          where lower(label) = lower(${label})))
    order by l.id limit ${limit}`.execute(trx);
  return rows;
}

/** Returns those of the given external ids whose items have a link in the repository. */
export async function findLinkedItems(
  db: Database | Transaction,
  repositoryId: number,
  externalIds: readonly string[],
): Promise<Set<string>> {
  if (externalIds.length === 0) return new Set();
  const { rows } = await sql<{ external_id: string }>`
    select external_id from links where repository_id = ${repositoryId} and external_id = any(${externalIds}::text[])`.execute(
    db,
  );
  return new Set(rows.map(({ external_id }) => external_id));
}

/** Returns one link, without locking it. */
export async function findLink(db: Database | Transaction, id: number): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`select * from links where id = ${id}`.execute(db);
  return rows[0];
}

/** Deletes the tombstone of an item, so that a person can ask for a new task for the item. */
export async function deleteTombstone(trx: Transaction, identity: ItemIdentity): Promise<void> {
  await sql`
    delete from links l
    where project_id = ${identity.project_id} and integration_type = ${identity.integration_type} and host = ${identity.host}
      and external_id = ${identity.external_id}
      and (task_id is null or exists (select from tasks t where t.id = l.task_id and t.deleted_at is not null))`.execute(
    trx,
  );
}

/**
 * Gives the links and intents of a repository to an older integration, which follows it from now on. A link whose create may have been
 * sent stays with its integration.
 */
export async function moveLinksToIntegration(
  trx: Transaction,
  repositoryId: number,
  integrationId: number,
): Promise<void> {
  await sql`
    update links set integration_id = ${integrationId}
    where id in (
      select id from links
      where repository_id = ${repositoryId} and sync_state <> 'detached' and integration_id <> ${integrationId}
        and not exists (select from outbox o where o.link_id = links.id and o.sent_at is not null)
      order by id for no key update)`.execute(trx);
  await sql`
    update outbox o set integration_id = ${integrationId}
    from links l
    where l.id = o.link_id and l.repository_id = ${repositoryId} and l.integration_id = ${integrationId} and o.integration_id <> ${integrationId}`.execute(
    trx,
  );
}

/** A followed link of a task in a repository. */
export interface FollowedLink {
  id: number;
  /** True while the request that creates the link's item has not been sent. */
  unsent: boolean;
}

/** Returns the followed links of these pairs of task and repository, by key `<task id>/<repository id>`. */
export async function findFollowedLinks(
  trx: Transaction,
  pairs: readonly { task: number; repository: number }[],
): Promise<Map<string, FollowedLink>> {
  if (pairs.length === 0) return new Map();
  const { rows } = await sql<FollowedLink & { task_id: number; repository_id: number }>`
    select l.id, l.task_id, l.repository_id, l.external_id is null and not exists (
      select from outbox o where o.link_id = l.id and (o.sent_at is not null or o.lease_until > now())) as unsent
    from json_to_recordset(${JSON.stringify(pairs)}) as x(task bigint, repository bigint)
    join links l on l.task_id = x.task and l.repository_id = x.repository
    where l.sync_state not in ('deleted', 'detached')`.execute(trx);
  return new Map(rows.map(({ id, unsent, ...row }) => [`${row.task_id}/${row.repository_id}`, { id, unsent }]));
}

/** Lets an integration follow no repository any more. The next integration that sees one of them follows it. */
export async function releaseRepositories(trx: Transaction, integrationId: number): Promise<void> {
  await sql`update repositories set integration_id = null where integration_id = ${integrationId}`.execute(trx);
}
