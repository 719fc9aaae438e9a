import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import type { Effect } from '../effect.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import { type ItemIdentity, identityText, type LinkRow } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import { type Newcomer, openLinkBatch } from '../link/open-link-batch.ts';
import type { CreateMarkers } from '../outbound/create-markers.ts';
import type { ItemEntry } from './apply-repositories.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';
import { identityOf } from './incoming-change.ts';
import { mergeCandidate, mergeSnapshot } from './merge-snapshot.ts';
import { loadMoveContext, type MoveContext, moveItem, sendToNewPlace } from './move-item.ts';
import { placeItem } from './place-item.ts';
import { provenanceOf, taskReference } from './snapshot.ts';

/**
 * Applies the changes of a batch that are about items (changed, deleted or moved): locks all their tasks and links, changes them in
 * memory, and writes them once.
 */
export async function applyItems(
  trx: Transaction,
  all: readonly Entry[],
  repositories: BatchRepositories,
  markers: CreateMarkers,
): Promise<void> {
  const entries = ofKind(all, 'item', 'item_deleted', 'item_transferred');
  if (entries.length === 0) return;
  const identities = new Map<string, ItemIdentity>();
  const newcomers = new Map<string, Newcomer>();
  for (const entry of entries) {
    for (const identity of identitiesOf(entry)) identities.set(identityText(identity), identity);
    if (entry.change.kind !== 'item' || isOfDeletedRepository(entry, entry.change.item, repositories)) continue;
    const identity = identityOf(entry.integration, entry.change.item.externalId);
    const key = identityText(identity);
    if (!newcomers.has(key)) newcomers.set(key, { ...snapshotOf(entry, entry.change.item, repositories), identity });
  }
  const { batch, created } = await openLinkBatch(trx, [...identities.values()], [...newcomers.values()], markers);
  const moves = await loadMoveContext(trx, batch, entries, repositories);
  for (const entry of entries) {
    entry.effects.push(...applyItem(batch, entry, created, repositories, moves));
  }
  await batch.write(trx);
}

function applyItem(
  batch: LinkBatch,
  entry: ItemEntry,
  created: Set<string>,
  repositories: BatchRepositories,
  moves: MoveContext,
): Effect[] {
  const { change, integration } = entry;
  if (change.kind === 'item_transferred') {
    const former = identityOf(integration, change.externalId);
    return moveItem(batch, entry, former, change.to, repositories, moves);
  }
  const identity = identityOf(integration, change.kind === 'item' ? change.item.externalId : change.externalId);
  const link = batch.link(identity);
  if (change.kind === 'item_deleted') {
    const effects = deleteItem(batch, link, identity, entry);
    // Store the repository in which the item was deleted. Otherwise a late event from there would look as if the item lived on in another
    // repository.
    if (link?.sync_state === 'deleted' && change.repository.externalId !== undefined) {
      link.repository_id = repositories.of(entry, change.repository).id;
      batch.linkChanged(link);
    }
    return effects;
  }
  const { movedFrom } = change.item;
  if (movedFrom !== undefined && isKnown(batch, identityOf(integration, movedFrom), link))
    return moveItem(batch, entry, identityOf(integration, movedFrom), change.item, repositories, moves);
  if (link === undefined && isOfDeletedRepository(entry, change.item, repositories))
    return [{ kind: 'stale', detail: 'The repository was deleted there, and the item with it.' }];
  if (link === undefined) return [effectWithoutLink(batch, identity)];
  // The task was created from the first snapshot of the batch, so there is nothing left to merge.
  if (created.delete(identityText(identity)))
    return [{ kind: 'task_created', link_id: link.id, ...taskReference(link) }];
  const isPlaced = placeItem(batch, link, entry, change.item, repositories, moves);
  const effects = mergeSnapshot(batch, link, snapshotOf(entry, change.item, repositories));
  const task = batch.taskOf(link);
  if (!isPlaced || task === undefined) return effects;
  if (isOfDeletedRepository(entry, change.item, repositories))
    batch.apply(link, { type: 'item_deleted', problem: null });
  else sendToNewPlace(batch, link, task);
  return effects;
}

/** Returns true for a webhook about an item of a repository whose deletion was applied before: such an event is late. */
const isOfDeletedRepository = (
  { integration, source }: ItemEntry,
  { repository }: ExternalItem,
  repositories: BatchRepositories,
): boolean => source.kind === 'webhook' && repositories.of({ integration }, repository).refusal?.deleted === true;

/**
 * Returns true if an item's former identity has a link of its own that is followed, that is `deleted` only because the item was not
 * found, or that is a tombstone. The snapshot then shows a move of that link's item.
 */
function isKnown(batch: LinkBatch, former: ItemIdentity, link: LinkRow | undefined): boolean {
  const known = batch.link(former);
  if (known === undefined || known === link) return false;
  const isOnlyMissed = known.sync_state === 'deleted' && known.last_error_class === 'not_found';
  return isFollowed(known) || isOnlyMissed || batch.taskOf(known) === undefined;
}

function effectWithoutLink(batch: LinkBatch, identity: ItemIdentity): Effect {
  const alias = batch.alias(identity);
  if (alias?.why === 'deleted') return { kind: 'stale', detail: 'The item was deleted there before it was seen here.' };
  if (alias !== undefined) {
    const reference = alias.link === undefined ? {} : { link_id: alias.link.id, ...taskReference(alias.link) };
    return { kind: 'stale', ...reference, detail: 'The item has moved on and has another identity now.' };
  }
  return { kind: 'not_synced', detail: 'auto_sync is off and no task is linked to the item.' };
}

/**
 * Applies the deletion of an item: its link becomes `deleted`, and its task stays. An item without a link is remembered, so that late
 * events create no task.
 */
function deleteItem(batch: LinkBatch, link: LinkRow | undefined, identity: ItemIdentity, entry: Entry): Effect[] {
  if (link === undefined) {
    if (batch.alias(identity) !== undefined) return [effectWithoutLink(batch, identity)];
    // The `opened` event of the item may still arrive, and must not create a task.
    batch.rememberDeleted(identity);
    return [{ kind: 'not_synced', detail: 'No task is linked to the item.' }];
  }
  const reference = { link_id: link.id, ...taskReference(link) };
  const task = batch.taskOf(link);
  if (task === undefined) return [{ kind: 'tombstone', ...reference }];
  const certain = link.sync_state === 'deleted' && link.last_error_class === null;
  if (certain || link.sync_state === 'detached') return [{ kind: 'task_unchanged', ...reference }];
  // The candidate (the newest snapshot, which no read has confirmed) can no longer be verified by a read. It is the last known state of
  // the deleted item, so it is merged.
  mergeCandidate(batch, link, entry);
  const unsent = link.sync_state === 'pending' ? ' Edits that had not been sent stay here only.' : '';
  const detail = `The item was deleted there; the task stays.${unsent}`;
  batch.record(task, [{ field: 'link', from: link.url, to: null, detail }], provenanceOf(entry, link));
  batch.apply(link, { type: 'item_deleted', problem: null });
  return [{ kind: 'link_deleted', ...reference, detail }];
}

function identitiesOf({ change, integration }: ItemEntry): ItemIdentity[] {
  const ids =
    change.kind === 'item'
      ? [change.item.externalId, change.item.movedFrom]
      : [change.externalId, change.kind === 'item_transferred' ? change.to?.externalId : undefined];
  return ids.filter((id) => id !== undefined).map((id) => identityOf(integration, id));
}

export const snapshotOf = (
  { integration, source }: Pick<Entry, 'integration' | 'source'>,
  item: ExternalItem,
  repositories: BatchRepositories,
) => ({
  integration,
  source,
  item,
  repositoryId: repositories.of({ integration }, item.repository).id,
});
