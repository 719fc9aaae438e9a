import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Effect } from '../domain/effect.ts';
import type { Transaction } from '../store/database.ts';
import type { ItemKey, LinkRow } from '../store/links.ts';
import { type BatchRepositories, type Entry, type EntryOf, ofKind } from './apply-repositories.ts';
import type { CreateMarkers } from './create-markers.ts';
import { type Newcomer, openWorkSet } from './open-work-set.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { loadTransferContext, transferItem } from './transfer-item.ts';
import { itemKeyText, type WorkSet } from './work-set.ts';

/** Items that changed, were deleted or moved: one pass over locked tasks and links, written once. */
export async function applyItems(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
  markers: CreateMarkers,
): Promise<void> {
  const entries = ofKind(all, 'item', 'item_deleted', 'item_transferred');
  if (entries.length === 0) return;
  const keys = new Map<string, ItemKey>();
  const newcomers = new Map<string, Newcomer>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) keys.set(itemKeyText(key), key);
    if (entry.change.kind !== 'item') continue;
    const key = keyOf(entry, entry.change.item.externalId);
    if (!newcomers.has(itemKeyText(key)))
      newcomers.set(itemKeyText(key), { ...snapshotOf(entry, entry.change.item, repositories), key });
  }
  const { set, created } = await openWorkSet(trx, [...keys.values()], [...newcomers.values()], markers);
  const transfers = await loadTransferContext(trx, set, ofKind(entries, 'item_transferred'), repositories);
  for (const entry of entries) {
    entry.effects.push(...applyItem(set, entry, created, repositories, transfers));
  }
  await set.write(trx);
}

function applyItem(
  set: WorkSet,
  entry: EntryOf<'item' | 'item_deleted' | 'item_transferred'>,
  created: Set<string>,
  repositories: BatchRepositories,
  transfers: Awaited<ReturnType<typeof loadTransferContext>>,
): Effect[] {
  const { change } = entry;
  if (change.kind === 'item_transferred') return transferItem(set, { ...entry, change }, repositories, transfers);
  const key = keyOf(entry, change.kind === 'item' ? change.item.externalId : change.externalId);
  const link = set.link(key);
  if (link === undefined) {
    const detail =
      change.kind === 'item' ? 'auto_sync is off and no task is linked to the item.' : 'No task is linked to the item.';
    return [{ kind: 'not_synced', detail }];
  }
  if (change.kind === 'item_deleted') return deleteItem(set, link, entry);
  // The first snapshot of a batch made the task: it has nothing left to change.
  if (created.delete(itemKeyText(key))) return [{ kind: 'task_created', link_id: link.id, ...taskReference(link) }];
  return takeSnapshot(set, link, snapshotOf(entry, change.item, repositories));
}

/** The task stays; nothing is made anew. */
function deleteItem(set: WorkSet, link: LinkRow, entry: Entry): Effect[] {
  const reference = { link_id: link.id, ...taskReference(link) };
  const task = set.taskOf(link);
  if (task === undefined) return [{ kind: 'tombstone', ...reference }];
  if (link.sync_state === 'deleted') return [{ kind: 'task_unchanged', ...reference }];
  const unsent = link.sync_state === 'pending' ? ' Edits that had not been sent stay here only.' : '';
  const detail = `The item was deleted there; the task stays.${unsent}`;
  set.record(task, [{ field: 'link', from: link.url, to: null, detail }], entry);
  set.markDeleted(link);
  link.last_error = null;
  link.last_error_class = null;
  return [{ kind: 'link_deleted', ...reference, detail }];
}

export const taskReference = ({ task_id }: LinkRow): { task_id?: number } => (task_id === null ? {} : { task_id });

const keyOf = ({ integration }: Entry, externalId: string): ItemKey => ({
  integration_id: integration.id,
  external_id: externalId,
});

function keysOf(entry: EntryOf<'item' | 'item_deleted' | 'item_transferred'>): ItemKey[] {
  const { change } = entry;
  if (change.kind === 'item') return [keyOf(entry, change.item.externalId)];
  const from = keyOf(entry, change.externalId);
  return change.kind === 'item_transferred' && change.to !== null ? [from, keyOf(entry, change.to.externalId)] : [from];
}

const snapshotOf = ({ integration, source }: Entry, item: ExternalItem, repositories: BatchRepositories) => ({
  integration,
  source,
  item,
  repositoryId: repositories.of({ integration }, item.repository).id,
});
