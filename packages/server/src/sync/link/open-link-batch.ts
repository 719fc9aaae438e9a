import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { newTaskRow } from '../../tasks/new-task-row.ts';
import { nothingRefused } from '../../tasks/sync-fields.ts';
import {
  databaseTime,
  deleteTasks,
  insertTasks,
  lockTasks,
  reserveTaskIds,
  type TaskRow,
} from '../../tasks/task-queries.ts';
import { accountOf, autoSyncs, identityOf, type SyncIntegration } from '../inbound/incoming-change.ts';
import { isComplete, linkFacts, provenanceOf, type Snapshot, versionOf } from '../inbound/snapshot.ts';
import type { CreateMarkers } from '../outbound/create-markers.ts';
import { projectItem } from '../reconcile/projection.ts';
import { LinkBatch } from './link-batch.ts';
import {
  findIdentities,
  findLinksByMarker,
  findReplacedLinks,
  type ItemIdentity,
  identityText,
  insertLinks,
  type KnownIdentity,
  type LinkRow,
  lockLinks,
  reserveLinkIds,
} from './link-queries.ts';

/** An item that may need a link, with the first snapshot of it in the batch. */
export interface Newcomer extends Snapshot {
  identity: ItemIdentity;
}

export interface OpenLinkBatch {
  batch: LinkBatch;
  /** The items for which tasks were created just now from their first snapshot, as `identityText` of their identities. */
  created: Set<string>;
}

const MOST_ROUNDS = 5;

/**
 * Finds or creates the links of a batch, and locks them with their tasks. New rows are inserted first, in identity order; then tasks and
 * links are locked in id order. Transactions that keep this order, and edits of one task, never wait for each other in a circle.
 */
export async function openLinkBatch(
  trx: Transaction,
  identities: readonly ItemIdentity[],
  newcomers: readonly Newcomer[],
  markers: CreateMarkers,
): Promise<OpenLinkBatch> {
  const batch = new LinkBatch(await databaseTime(trx));
  const created = new Set<string>();
  let open = identities;
  for (let round = 1; ; round += 1) {
    const found = await findIdentities(trx, open);
    const wanted = new Set(open.map(identityText));
    const known = new Map(found.map((identity) => [identityText(identity), identity]));
    const unknown = newcomers.filter(({ identity }) => {
      const key = identityText(identity);
      return wanted.has(key) && !known.has(key);
    });
    const adoptions = await findCreates(trx, unknown, markers);
    const strangers = unknown.filter((newcomer) => becomesTask(newcomer, adoptions, known, newcomers));
    const contested = await createTasks(trx, batch, strangers, created);

    const claims = [
      ...found.filter((row): row is KnownIdentity & { id: number } => row.id !== null),
      ...adoptions.values(),
    ];
    for (const task of await lockTasks(
      trx,
      claims.flatMap(({ task_id }) => task_id ?? []),
    ))
      batch.addTask(task);
    const links = await lockLinks(
      trx,
      claims.map(({ id }) => id),
    );
    const lost = takeLocked(batch, links, found, adoptions);
    // Links that another transaction moved or removed before they were locked are looked for again. That transaction has committed by
    // now.
    open = [...contested, ...lost];
    if (open.length === 0) break;
    if (round === MOST_ROUNDS)
      throw new Error(`the links of ${open.length} items keep changing while they are being locked`);
  }
  const unfollowed = [...batch.links()].filter(
    ({ sync_state }) => sync_state === 'deleted' || sync_state === 'detached',
  );
  for (const id of await findReplacedLinks(
    trx,
    unfollowed.map(({ id }) => id),
  ))
    batch.replaced.add(id);
  return { batch, created };
}

/**
 * Returns true if an unknown item is to become a task: `auto_sync` or its source allows it, and it is neither an item that we are
 * creating nor the new identity of a known one.
 */
function becomesTask(
  { identity, integration, item, source }: Newcomer,
  adoptions: ReadonlyMap<string, CreateUnderWay>,
  known: ReadonlyMap<string, KnownIdentity>,
  newcomers: readonly Newcomer[],
): boolean {
  if (adoptions.has(identityText(identity))) return false;
  if (item.movedFrom !== undefined) {
    const former = identityText(identityOf(integration, item.movedFrom));
    const moved = known.get(former);
    // If no link belongs to the former identity, the item was never a task, and its new identity creates one.
    if (moved !== undefined && moved.id !== null && !moved.given_up) return false;
    if (newcomers.some((other) => identityText(other.identity) === former)) return false;
  }
  return autoSyncs(integration) || source.kind === 'import' || source.kind === 'manual';
}

interface CreateUnderWay {
  id: number;
  task_id: number | null;
  newcomer: Newcomer;
}

/** Returns the links that wait for their created item, by the identity of the unknown item that has their create marker. */
async function findCreates(
  trx: Transaction,
  newcomers: readonly Newcomer[],
  markers: CreateMarkers,
): Promise<Map<string, CreateUnderWay>> {
  const marked = newcomers.filter(({ item, integration, repositoryId }) => {
    return item.marker !== undefined && isOwnItem(item, integration) && markers.isOurs(item.marker, repositoryId);
  });
  const waiting = await findLinksByMarker(
    trx,
    marked.flatMap(({ item }) => item.marker?.id ?? []),
  );
  const creates = new Map<string, CreateUnderWay>();
  for (const newcomer of marked) {
    const link = waiting.find((candidate) => candidate.marker === newcomer.item.marker?.id);
    if (link !== undefined) creates.set(identityText(newcomer.identity), { ...link, newcomer });
  }
  return creates;
}

/**
 * Returns true if our own account created the item, since a create marker counts only then. If neither side names an account, the
 * marker's HMAC has to suffice.
 */
function isOwnItem(item: ExternalItem, integration: SyncIntegration): boolean {
  const account = accountOf(integration);
  const { author } = item;
  if (account === null || author === null) return account === author;
  // A bot may be known by its login alone, which no person can have.
  const sameBot = account.type === 'bot' && author.type === 'bot' && account.login === author.login;
  return sameBot || account.id === author.id;
}

/** Puts locked links into the batch. Returns the identities whose link was changed by another transaction before it was locked. */
function takeLocked(
  batch: LinkBatch,
  links: readonly LinkRow[],
  found: readonly KnownIdentity[],
  creates: ReadonlyMap<string, CreateUnderWay>,
): ItemIdentity[] {
  const created = new Map([...creates.values()].map((create) => [create.id, create.newcomer]));
  for (const link of links) {
    const newcomer = created.get(link.id);
    if (newcomer === undefined) batch.addLink(link);
    else if (link.external_id === null) bindCreate(batch, link, newcomer);
  }
  for (const row of found) if (row.alias !== null) batch.addAlias(row, row.alias, row.id);
  const wanted = [
    ...found.filter(({ alias }) => alias === null),
    ...[...creates.values()].map(({ newcomer }) => newcomer.identity),
  ];
  return wanted.filter((identity) => batch.link(identity) === undefined);
}

/** Binds a link that waits for its created item to that item, and records this in the task's history. */
export function bindCreate(batch: LinkBatch, link: LinkRow, snapshot: Newcomer): void {
  const task = batch.taskOf(link);
  const { item, identity } = snapshot;
  Object.assign(link, linkFacts(snapshot), { external_id: identity.external_id });
  batch.addLink(link);
  batch.linkChanged(link);
  if (task !== undefined) {
    const changes = [{ field: 'link' as const, from: null, to: item.url, detail: 'The item was created there.' }];
    batch.record(task, changes, provenanceOf(snapshot, link));
  }
}

/** Creates tasks and links for unknown items. Returns the identities for which another transaction inserted a link first. */
async function createTasks(
  trx: Transaction,
  batch: LinkBatch,
  newcomers: readonly Newcomer[],
  created: Set<string>,
): Promise<ItemIdentity[]> {
  if (newcomers.length === 0) return [];
  const ordered = [...newcomers].sort((left, right) =>
    identityText(left.identity) < identityText(right.identity) ? -1 : 1,
  );
  const taskIds = await reserveTaskIds(trx, ordered.length);
  const linkIds = await reserveLinkIds(trx, ordered.length);
  const rows = ordered.map((newcomer, index) => {
    const task = newTask(newcomer, taskIds[index] as number, batch.now);
    const ids = linkIds[index] as { id: number; marker: string };
    return { newcomer, task, link: newLink(newcomer, task.id, ids, batch.now) };
  });
  await insertTasks(
    trx,
    rows.map(({ task }) => task),
  );
  const inserted = await insertLinks(
    trx,
    rows.map(({ link }) => link),
  );
  const losers = rows.filter(({ link }) => !inserted.has(link.id));
  if (losers.length > 0)
    await deleteTasks(
      trx,
      losers.map(({ task }) => task.id),
    );
  for (const { newcomer, task, link } of rows) {
    if (!inserted.has(link.id)) continue;
    batch.addTask(task);
    batch.addLink(link);
    batch.record(task, [{ field: 'created', detail: link.url ?? '' }], provenanceOf(newcomer, link));
    if (newcomer.item.movedFrom !== undefined)
      batch.rememberMoved(identityOf(newcomer.integration, newcomer.item.movedFrom), link);
    if (link.refetch_at !== null) batch.refetch(link);
    created.add(identityText(newcomer.identity));
  }
  return losers.map(({ newcomer }) => newcomer.identity);
}

function newTask({ item, integration: { project_id } }: Newcomer, id: number, now: Date): TaskRow {
  const { title, status = 'open', priorityLabels: _, ...fields } = projectItem(item);
  // Until the item is read, a title that the snapshot does not know is its number.
  const known = { ...fields, title: title ?? `#${item.number}`, status: status === 'open' ? 'todo' : status } as const;
  return newTaskRow({ id, project_id }, known, now);
}

function newLink(
  newcomer: Newcomer,
  taskId: number,
  { id, marker }: { id: number; marker: string },
  now: Date,
): LinkRow {
  const { item, integration, identity } = newcomer;
  const base = projectItem(item);
  return {
    ...emptyLink(integration, { id, marker }, now),
    ...identity,
    ...linkFacts(newcomer),
    task_id: taskId,
    sync_state: 'in_sync',
    base,
    versions: { core: versionOf(item).toISOString() },
    refetch_at: isComplete(base) ? null : now,
    last_synced_at: now,
  };
}

/** Returns a new link that has neither an item nor a task yet. */
export function emptyLink(
  { id: integration_id, project_id, integration_type, host }: SyncIntegration,
  ids: { id: number; marker: string },
  now: Date,
): LinkRow {
  return {
    ...ids,
    project_id,
    task_id: null,
    integration_id,
    integration_type,
    host,
    kind: 'item',
    repository_id: null,
    external_id: null,
    number: null,
    url: null,
    state: null,
    sync_state: 'pending',
    base: null,
    versions: {},
    writes: [],
    refused: nothingRefused,
    frozen: [],
    candidate: null,
    refetch_at: null,
    refetch_attempts: 0,
    last_error: null,
    last_error_class: null,
    last_error_hint: null,
    last_synced_at: null,
    created_at: now,
  };
}
