import type { ExternalItem } from '@commandcenter/integration-kit';
import type { LinkBatch } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { isFollowed } from '../link/link-state.ts';
import type { BatchRepositories, ItemEntry } from './apply-repositories.ts';
import type { MoveContext } from './move-item.ts';
import { provenanceOf } from './snapshot.ts';

/**
 * Moves the link to the repository in which its item was seen, and returns true if it was moved. The response to a create names its
 * repository by name alone, and another repository may have taken the name since the create was planned. Events of the former repository,
 * such as its deletion, then do not concern the item.
 */
export function placeItem(
  batch: LinkBatch,
  link: LinkRow,
  entry: ItemEntry,
  item: ExternalItem,
  repositories: BatchRepositories,
  { followed }: MoveContext,
): boolean {
  const repository = repositories.of(entry, item.repository);
  // Without an immutable id, the event only tells the repository's name, which proves nothing.
  if (repository.id === link.repository_id || item.repository.externalId === undefined) return false;
  const task = batch.taskOf(link);
  if (task !== undefined) {
    const other = followed.get(`${task.id}/${repository.id}`);
    // A task may follow only one item in a repository, so the link stays where it is.
    if (other !== undefined && other.id !== link.id && !other.unsent) return false;
    if (other !== undefined && other.id !== link.id) batch.removeLinkById(other.id);
    const detail = `The item is in another repository than was known, which is called ${repository.owner}/${repository.name} now.`;
    batch.record(task, [{ field: 'link', from: link.url, to: item.url, detail }], provenanceOf(entry, link));
    if (link.sync_state === 'deleted') batch.apply(link, { type: 'item_seen' });
    if (isFollowed(link)) link.integration_id = entry.integration.id;
  }
  Object.assign(link, { repository_id: repository.id, number: item.number });
  batch.linkChanged(link);
  return true;
}
