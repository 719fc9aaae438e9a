import type { ExternalItem, ExternalRepository } from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { itemFields, type RemoteFields } from '../../tasks/sync-fields.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { mergeSnapshot } from '../inbound/merge-snapshot.ts';
import { remoteFieldsOf, versionOf } from '../inbound/snapshot.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import type { LinkRow } from '../link/link-queries.ts';
import { addsNothing } from '../reconcile/projection.ts';
import { withSettled } from '../reconcile/write.ts';
import { identifyRepository } from '../repositories/identify-repository.ts';
import { type ClaimedIntent, type LockedIntent, lockIntent } from './outbox-queries.ts';

/**
 * Merges the item that was just read into the task. Returns false if the item has to be read again: during the read an event of the same
 * second changed the known state, and nobody can tell which one is newer.
 *
 * @param known the link's base when the read began
 */
export function mergeRead(
  batch: LinkBatch,
  { link, repository, integration }: Pick<LockedIntent, 'link' | 'repository' | 'integration'>,
  item: ExternalItem,
  known: RemoteFields | null,
  isLastRead: boolean,
): boolean {
  // The link moved to another item meanwhile, which the next read finds.
  if (item.externalId !== link.external_id) return isLastRead;
  if (!isLastRead && isDoubtful(link, item, known)) return false;
  const repositoryId = link.repository_id ?? repository?.id;
  if (repositoryId !== undefined)
    mergeSnapshot(batch, link, { integration, source: { kind: 'read' }, item, repositoryId });
  link.writes = withSettled(link.writes, remoteFieldsOf(link, item), versionOf(item).toISOString(), batch.now);
  return true;
}

/** Returns true if a snapshot with the same version and other content was merged since `known` was the link's base. */
export function isDoubtful(link: LinkRow, item: ExternalItem, known: RemoteFields | null): boolean {
  const { base, versions } = link;
  if (base === null || versions.core === undefined) return false;
  if (known !== null && addsNothing(itemFields, base, known) && addsNothing(itemFields, known, base)) return false;
  return (
    Date.parse(versions.core) === versionOf(item).getTime() &&
    !addsNothing(itemFields, base, remoteFieldsOf(link, item))
  );
}

/** Stores the present name and id of the intent's repository, which was renamed or is seen for the first time. */
export async function saveNewName(
  { db }: Pick<SyncDependencies, 'db'>,
  intent: ClaimedIntent,
  repository: ExternalRepository,
): Promise<void> {
  await retriedTransaction(db, async (trx) => {
    const locked = await lockIntent(trx, intent);
    if (locked !== undefined)
      await identifyRepository(trx, locked.integration, locked.repository ?? undefined, repository);
  });
}

/**
 * Lets the link follow its item to another identity that the provider has named, as the event of the move would. Returns false if this
 * worker no longer holds the intent.
 */
export async function moveToNewPlace(
  { db, applyChanges }: Pick<SyncDependencies, 'db' | 'applyChanges'>,
  intent: ClaimedIntent,
  externalId: string,
  to: ExternalItem,
): Promise<boolean> {
  return retriedTransaction(db, async (trx) => {
    const locked = await lockIntent(trx, intent);
    if (locked === undefined || locked.repository === null) return false;
    const { owner, name, external_id } = locked.repository;
    const repository = { owner, name, ...(external_id === null ? {} : { externalId: external_id }) };
    await applyChanges(trx, [
      {
        integration: locked.integration,
        change: { kind: 'item_transferred', externalId, repository, to },
        source: { kind: 'read' },
      },
    ]);
    return true;
  });
}
