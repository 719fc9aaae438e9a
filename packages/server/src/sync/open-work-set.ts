import type { ExternalItem } from '@commandcenter/integration-kit';
import { projectItem } from '../domain/projection.ts';
import { nothingRefused } from '../domain/sync-fields.ts';
import type { Transaction } from '../store/database.ts';
import {
  findDetachedLinks,
  findLinkIds,
  findLinksByMarker,
  findReplacedLinks,
  type ItemKey,
  insertLinks,
  type LinkRow,
  lockLinks,
  reserveLinkIds,
} from '../store/links.ts';
import { findIntents } from '../store/outbox.ts';
import { databaseTime, deleteTasks, insertTasks, lockTasks, reserveTaskIds, type TaskRow } from '../store/tasks.ts';
import type { CreateMarkers } from './create-markers.ts';
import { accountOf, autoSyncs, type SyncIntegration } from './incoming-change.ts';
import { linkFacts, type Snapshot, versionOf } from './take-snapshot.ts';
import { itemKeyText, WorkSet } from './work-set.ts';

/** An item that may need a link, with the first snapshot of it in the batch. */
export interface Newcomer extends Snapshot {
  key: ItemKey;
}

export interface OpenWorkSet {
  set: WorkSet;
  /** Keys of items that became tasks just now, from the newcomer's snapshot. */
  created: Set<string>;
}

const MOST_ROUNDS = 5;

/**
 * Finds or makes the links of a batch and locks them. New rows are inserted first, in key order, then tasks and links are locked
 * in id order: transactions that do so in this order, and edits of one task, never wait for each other in a circle.
 */
export async function openWorkSet(
  trx: Transaction,
  keys: readonly ItemKey[],
  newcomers: readonly Newcomer[],
  markers: CreateMarkers,
): Promise<OpenWorkSet> {
  const set = new WorkSet(await databaseTime(trx));
  const created = new Set<string>();
  let open = keys;
  for (let round = 1; ; round += 1) {
    const found = await findLinkIds(trx, open);
    const wanted = new Set(open.map(itemKeyText));
    for (const link of found) wanted.delete(itemKeyText(link));
    const unknown = newcomers.filter(({ key }) => wanted.has(itemKeyText(key)));
    const adoptions = await findAdoptable(trx, unknown, markers);
    const strangers = unknown.filter(({ key, integration, source }) => {
      return (
        !adoptions.has(itemKeyText(key)) &&
        (autoSyncs(integration) || source.kind === 'import' || source.kind === 'manual')
      );
    });
    const contested = await createTasks(trx, set, strangers, created);

    const claims = [...found, ...adoptions.values()];
    for (const task of await lockTasks(
      trx,
      claims.flatMap(({ task_id }) => task_id ?? []),
    ))
      set.addTask(task);
    const links = await lockLinks(
      trx,
      claims.map(({ id }) => id),
    );
    const lost = takeLocked(set, links, found, adoptions);
    // What another transaction linked, moved or removed between finding and locking is looked for again: it has committed.
    open = [...contested, ...lost];
    if (open.length === 0) break;
    if (round === MOST_ROUNDS)
      throw new Error(`the links of ${open.length} items keep changing while they are being locked`);
  }
  const gone = [...set.links()].filter((link) => link.sync_state === 'deleted');
  for (const id of await findReplacedLinks(
    trx,
    gone.map(({ id }) => id),
  )) {
    set.replaced.add(id);
  }
  const pending = [...set.links()].filter((link) => link.sync_state === 'pending');
  for (const intent of await findIntents(
    trx,
    pending.map(({ id }) => id),
  ))
    set.intents.set(intent.link_id, intent);
  return { set, created };
}

interface Adoption {
  id: number;
  task_id: number | null;
  newcomer: Newcomer;
}

/** Links that wait for these items: pending creates by their marker, and those that a deleted integration left behind. */
async function findAdoptable(
  trx: Transaction,
  newcomers: readonly Newcomer[],
  markers: CreateMarkers,
): Promise<Map<string, Adoption>> {
  const adoptions = new Map<string, Adoption>();
  if (newcomers.length === 0) return adoptions;
  const detached = await findDetachedLinks(
    trx,
    newcomers.map(({ integration, key, item }) => ({
      project_id: integration.project_id,
      external_id: key.external_id,
      url: linkFacts({ item, repositoryId: 0 }).url,
    })),
  );
  for (const newcomer of newcomers) {
    const link = detached.find(
      (candidate) =>
        candidate.project_id === newcomer.integration.project_id && candidate.external_id === newcomer.key.external_id,
    );
    if (link !== undefined) adoptions.set(itemKeyText(newcomer.key), { ...link, newcomer });
  }
  const marked = newcomers.filter(({ item, integration, repositoryId }) => {
    return item.marker !== undefined && isOwnItem(item, integration) && markers.isOurs(item.marker, repositoryId);
  });
  const waiting = await findLinksByMarker(
    trx,
    marked.flatMap(({ item }) => item.marker?.id ?? []),
  );
  for (const newcomer of marked) {
    const link = waiting.find((candidate) => candidate.marker === newcomer.item.marker?.id);
    if (link !== undefined) adoptions.set(itemKeyText(newcomer.key), { ...link, newcomer });
  }
  return adoptions;
}

/** A marker counts only on what our own account made; where there are no accounts its MAC has to do. */
function isOwnItem(item: ExternalItem, integration: SyncIntegration): boolean {
  const account = accountOf(integration);
  const { author } = item;
  if (account === null || author === null) return account === author;
  // A bot may be known by nothing but its login, which no person can have.
  const sameBot = account.type === 'bot' && author.type === 'bot' && account.login === author.login;
  return sameBot || account.id === author.id;
}

/** Puts locked links into the set. Answers the keys whose link was changed by somebody else before the lock was ours. */
function takeLocked(
  set: WorkSet,
  links: readonly LinkRow[],
  found: readonly ItemKey[],
  adoptions: ReadonlyMap<string, Adoption>,
): ItemKey[] {
  const adopted = new Map([...adoptions.values()].map((adoption) => [adoption.id, adoption.newcomer]));
  for (const link of links) {
    const newcomer = adopted.get(link.id);
    if (newcomer === undefined) set.addLink(link);
    else if (link.external_id === null || link.sync_state === 'detached') adopt(set, link, newcomer);
  }
  const wanted = [...found, ...[...adoptions.values()].map(({ newcomer }) => newcomer.key)];
  return wanted.filter(({ integration_id, external_id }) => set.link({ integration_id, external_id }) === undefined);
}

function adopt(set: WorkSet, link: LinkRow, newcomer: Newcomer): void {
  const { key, integration, item } = newcomer;
  const task = set.taskOf(link);
  if (link.external_id === null && task !== undefined) {
    set.record(task, [{ field: 'link', from: null, to: item.url, detail: 'The item was made there.' }], newcomer);
  }
  if (link.sync_state === 'detached') link.sync_state = 'in_sync';
  link.integration_type = integration.integration_type;
  Object.assign(link, linkFacts(newcomer));
  set.moveLink(link, key);
}

/** Makes tasks of items that nobody knows. Answers the keys that another transaction linked meanwhile. */
async function createTasks(
  trx: Transaction,
  set: WorkSet,
  newcomers: readonly Newcomer[],
  created: Set<string>,
): Promise<ItemKey[]> {
  if (newcomers.length === 0) return [];
  const ordered = [...newcomers].sort(
    (left, right) =>
      left.key.integration_id - right.key.integration_id || (left.key.external_id < right.key.external_id ? -1 : 1),
  );
  const taskIds = await reserveTaskIds(trx, ordered.length);
  const linkIds = await reserveLinkIds(trx, ordered.length);
  const rows = ordered.map((newcomer, index) => {
    const task = newTask(newcomer, taskIds[index] as number, set.now);
    return {
      newcomer,
      task,
      link: newLink(newcomer, task.id, linkIds[index] as { id: number; marker: string }, set.now),
    };
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
    set.addTask(task);
    set.addLink(link);
    set.record(task, [{ field: 'created', detail: link.url ?? '' }], newcomer);
    created.add(itemKeyText(newcomer.key));
  }
  return losers.map(({ newcomer }) => newcomer.key);
}

function newTask({ item, integration }: Newcomer, id: number, now: Date): TaskRow {
  const { title, description, priority, assignees, labels, status } = projectItem(item);
  return {
    id,
    project_id: integration.project_id,
    title,
    description,
    status: status === 'open' ? 'todo' : status,
    priority,
    assignees,
    labels,
    due_date: null,
    version: 1,
    field_times: {},
    created_at: now,
    updated_at: now,
    completed_at: status === 'done' ? now : null,
  };
}

function newLink(
  newcomer: Newcomer,
  taskId: number,
  { id, marker }: { id: number; marker: string },
  now: Date,
): LinkRow {
  const { item, integration, key } = newcomer;
  return {
    id,
    marker,
    project_id: integration.project_id,
    task_id: taskId,
    integration_type: integration.integration_type,
    ...key,
    ...linkFacts(newcomer),
    sync_state: 'in_sync',
    base: projectItem(item),
    remote_version: versionOf(item),
    refused: nothingRefused,
    candidate: null,
    refetch_at: null,
    refetch_attempts: 0,
    last_error: null,
    last_error_class: null,
    last_synced_at: now,
    created_at: now,
  };
}
