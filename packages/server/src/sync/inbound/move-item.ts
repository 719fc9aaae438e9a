import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { nothingRefused } from '../../tasks/sync-fields.ts';
import { findTasksInUse } from '../../tasks/task-history-queries.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import type { Effect } from '../effect.ts';
import { isPending } from '../link/is-pending.ts';
import { identityOfLink, type LinkBatch } from '../link/link-batch.ts';
import { type FollowedLink, findFollowedLinks, type ItemIdentity, type LinkRow } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import type { BatchRepositories, ItemEntry } from './apply-repositories.ts';
import { identityOf } from './incoming-change.ts';
import { mergeSnapshot } from './merge-snapshot.ts';
import { provenanceOf, taskReference } from './snapshot.ts';

/** Facts about tasks and links that the batch has not locked, needed to move an item or to place it in another repository. */
export interface MoveContext {
  /** Ids of the tasks that somebody other than an integration has edited or requested another item for. */
  inUse: ReadonlySet<number>;
  /** The followed links by key `<task id>/<repository id>`. */
  followed: ReadonlyMap<string, FollowedLink>;
}

/** Loads the context for a batch in which items moved or were seen in another repository. Sends no query if there are no such items. */
export async function loadMoveContext(
  trx: Transaction,
  batch: LinkBatch,
  entries: readonly ItemEntry[],
  repositories: BatchRepositories,
): Promise<MoveContext> {
  const moves = entries.flatMap(({ change, integration }) => {
    if (change.kind === 'item_deleted') return [];
    const to = change.kind === 'item' ? change.item : change.to;
    const former = change.kind === 'item' ? change.item.movedFrom : change.externalId;
    if (to === null) return [];
    const named = repositories.of({ integration }, to.repository).id;
    const there = batch.link(identityOf(integration, to.externalId));
    const placed =
      there === undefined || there.repository_id === named
        ? []
        : [{ task: there.task_id, twin: null, repository: named }];
    if (former === undefined) return placed;
    const task = batch.link(identityOf(integration, former))?.task_id ?? null;
    const { twin, facts } = placeOf(batch, { integration }, to, repositories);
    return [...placed, { task, twin: twin?.task_id ?? null, repository: facts.repository_id }];
  });
  if (moves.length === 0) return { inUse: new Set(), followed: new Map() };
  return {
    inUse: await findTasksInUse(
      trx,
      moves.flatMap(({ twin }) => twin ?? []),
    ),
    followed: await findFollowedLinks(
      trx,
      moves.flatMap(({ task, repository }) => (task === null ? [] : [{ task, repository }])),
    ),
  };
}

/**
 * Lets a task follow its item to the item's new identity. The event of the new place may have come first and created a second task, and
 * this event may come twice or after the item has moved on again.
 */
export function moveItem(
  batch: LinkBatch,
  entry: ItemEntry,
  former: ItemIdentity,
  to: ExternalItem | null,
  repositories: BatchRepositories,
  { inUse, followed }: MoveContext,
): Effect[] {
  const { integration } = entry;
  const link = batch.link(former);
  if (link === undefined) return [moveOfUnknown(batch, former, to, integration)];
  const reference = { link_id: link.id, ...taskReference(link) };
  if (to === null) {
    if (isFollowed(link)) batch.refetch(link);
    return [{ kind: 'refetch_requested', ...reference, detail: 'The item moved; it is read to find its new place.' }];
  }
  const { identity, facts, twin, hasMovedOn, inDeletedRepository } = placeOf(batch, entry, to, repositories);
  const repositoryId = facts.repository_id;
  const task = batch.taskOf(link);
  const provenance = provenanceOf(entry, link);
  const other = task === undefined ? undefined : followed.get(`${task.id}/${repositoryId}`);
  if (task !== undefined && other !== undefined && other.id !== link.id && other.id !== twin?.id) {
    if (!other.unsent) {
      // A task follows only one item in a repository. The moved item gets a task of its own when it is seen at its new place; if it has
      // one already (the twin), that stays.
      const detail =
        'The item moved to a repository where the task already has another item, which it goes on following.';
      batch.record(task, [{ field: 'link', from: link.url, to: null, detail }], provenance);
      batch.apply(link, { type: 'item_deleted', problem: null });
      return [{ kind: 'link_deleted', ...reference, detail }];
    }
    // The task's other link in that repository has not created its item yet, and this item takes its place.
    batch.removeLinkById(other.id);
  }
  if (twin !== undefined && twin !== link) removeTwin(batch, twin, link, inUse, entry);
  if (task !== undefined) {
    batch.record(task, [{ field: 'link', from: link.url, to: facts.url, detail: 'The item moved there.' }], provenance);
    batch.apply(link, { type: 'item_seen' });
  }
  const isDeletedThere = batch.alias(identity)?.why === 'deleted' || inDeletedRepository;
  // A label or assignee that the former repository refused may exist in the new one.
  Object.assign(link, { refused: nothingRefused, repository_id: repositoryId });
  batch.moveLink(link, identity);
  const merged = mergeSnapshot(batch, link, { integration, source: entry.source, item: to, repositoryId });
  Object.assign(link, facts);
  if (isDeletedThere) {
    // The event that the item, or the whole repository, was deleted at the new place arrived before the event of the move.
    const detail = 'The item was deleted at its new place; the task stays.';
    if (task !== undefined) batch.record(task, [{ field: 'link', from: facts.url, to: null, detail }], provenance);
    batch.apply(link, { type: 'item_deleted', problem: null });
    return [{ kind: 'link_deleted', ...reference, detail }];
  }
  if (task !== undefined) sendToNewPlace(batch, link, task);
  // The item is read, because the event of the new place may have shown a newer state than this one, and because the item may have left
  // that place.
  if ((twin !== undefined || hasMovedOn) && isFollowed(link)) batch.refetch(link);
  return [{ kind: 'link_relinked', ...reference, detail: facts.url ?? '' }, ...merged];
}

/** The identity and the place of an item after a move. */
interface Place {
  identity: ItemIdentity;
  facts: Pick<LinkRow, 'number' | 'url'> & { repository_id: number };
  /** The link that has the new identity already, from an earlier event of the new place; undefined if there is none. */
  twin: LinkRow | undefined;
  /** True if the item is known to have left the place that the event names. */
  hasMovedOn: boolean;
  /** True if the repository of the new place was deleted, and the item with it. */
  inDeletedRepository: boolean;
}

/**
 * Finds the place that a move leads to. Events of two moves may arrive in the opposite order: when the item is known to have moved on from
 * the place that the event names, the move leads to the later place, and the link there is the twin.
 */
function placeOf(
  batch: LinkBatch,
  { integration }: Pick<ItemEntry, 'integration'>,
  to: ExternalItem,
  repositories: BatchRepositories,
): Place {
  const identity = identityOf(integration, to.externalId);
  const repository = repositories.of({ integration }, to.repository);
  const named = { number: to.number, url: to.url, repository_id: repository.id };
  const twin = batch.link(identity);
  const alias = twin === undefined ? batch.alias(identity) : undefined;
  const hasMovedOn = alias?.why === 'moved';
  const later = alias?.link;
  const laterIdentity = later === undefined ? null : identityOfLink(later);
  if (later === undefined || laterIdentity === null || later.repository_id === null)
    return { identity, facts: named, twin, hasMovedOn, inDeletedRepository: repository.refusal?.deleted === true };
  const { number, url, repository_id } = later;
  const facts = { number, url, repository_id };
  return { identity: laterIdentity, facts, twin: later, hasMovedOn, inDeletedRepository: false };
}

/** Queues the task's edits that the item lacks, after its link has moved to another repository. */
export function sendToNewPlace(batch: LinkBatch, link: LinkRow, task: TaskRow): void {
  const pending = isPending(link, task);
  // The error may have been a refusal of the former repository. If the new repository refuses too, the next write finds out.
  if (link.sync_state === 'error') batch.apply(link, { type: 'access_returned', pending });
  // Names that were refused are tried again, and edits made while the item was missing are sent.
  else if (pending) batch.apply(link, { type: 'requested' });
}

/**
 * Handles a move whose former identity has no link, because the item moved before or was never seen. Remembers that identity, so that its
 * late events create no task.
 */
function moveOfUnknown(
  batch: LinkBatch,
  former: ItemIdentity,
  to: ExternalItem | null,
  integration: ItemEntry['integration'],
): Effect {
  const alias = batch.alias(former);
  if (alias !== undefined) {
    const reference = alias.link === undefined ? {} : { link_id: alias.link.id, ...taskReference(alias.link) };
    return { kind: 'stale', ...reference, detail: 'The item has moved on already.' };
  }
  const link = to === null ? undefined : batch.link(identityOf(integration, to.externalId));
  batch.rememberMoved(former, link ?? null);
  return link === undefined
    ? { kind: 'not_synced', detail: 'No task is linked to the item that moved.' }
    : {
        kind: 'task_unchanged',
        link_id: link.id,
        ...taskReference(link),
        detail: 'The item is known at its new place.',
      };
}

/**
 * Removes the twin of a moved item: the task that the event of the new place created. If a person has edited that task or requested
 * another item for it, only its link is removed. `link` follows the item from now on.
 */
function removeTwin(
  batch: LinkBatch,
  twin: LinkRow,
  link: LinkRow,
  inUse: ReadonlySet<number>,
  entry: ItemEntry,
): void {
  const task = batch.taskOf(twin);
  batch.removeLink(twin, link);
  if (task === undefined) return;
  if (!inUse.has(task.id)) {
    batch.removeTask(task);
    return;
  }
  const detail = 'The item moved here from another repository, and its first task goes on with it.';
  batch.record(task, [{ field: 'link', from: twin.url, to: null, detail }], provenanceOf(entry, twin));
}
