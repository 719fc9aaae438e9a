import type { ExternalItem, RepositoryRef } from '@commandcenter/integration-kit';
import type { Effect } from '../domain/effect.ts';
import { projectItem, sameRemote } from '../domain/projection.ts';
import type { RemoteFields } from '../domain/sync-fields.ts';
import type { Database, Transaction } from '../store/database.ts';
import { findLink, findLinkIds, type LinkRow, lockLinks } from '../store/links.ts';
import { lockTasks } from '../store/tasks.ts';
import type { ApplyChanges, IncomingChange } from './incoming-change.ts';
import { versionOf } from './take-snapshot.ts';

/** The state that a link had agreed on when its item began to be read; null where there was none. */
export async function knownBefore(
  db: Database,
  integrationId: number,
  externalId: string,
): Promise<RemoteFields | null> {
  const [found] = await db
    .transaction()
    .execute((trx) => findLinkIds(trx, [{ integration_id: integrationId, external_id: externalId }]));
  const link = found && (await findLink(db, found.id));
  return link?.base ?? null;
}

/** A read that was led to another identity found where the item moved. */
export function changeOfRead(
  externalId: string,
  { owner, name }: RepositoryRef,
  item: ExternalItem,
): IncomingChange['change'] {
  if (item.externalId === externalId) return { kind: 'item', item };
  return { kind: 'item_transferred', externalId, repository: { owner, name }, to: item };
}

/**
 * Applies the state of an item that was just read. Undefined: while it was being read, a write or an event of the same second
 * changed what is known, so that nobody can tell which is newer: it has to be read again.
 */
export async function applyRead(
  trx: Transaction,
  applyChanges: ApplyChanges,
  incoming: IncomingChange,
  known: RemoteFields | null,
): Promise<Effect[] | undefined> {
  const { integration, change } = incoming;
  if (change.kind === 'item') {
    const link = await lockLinkOf(trx, integration.id, change.item);
    if (link !== undefined && isDoubtful(link, change.item, known)) return undefined;
  }
  const [effects] = await applyChanges(trx, [incoming]);
  return effects ?? [];
}

/** Whether a snapshot of the same age and other content came in since `known` was. */
export function isDoubtful(link: LinkRow, item: ExternalItem, known: RemoteFields | null): boolean {
  if (link.base === null || link.remote_version === null) return false;
  if (known !== null && sameRemote(link.base, known)) return false;
  return link.remote_version.getTime() === versionOf(item).getTime() && !sameRemote(link.base, projectItem(item));
}

async function lockLinkOf(trx: Transaction, integrationId: number, item: ExternalItem): Promise<LinkRow | undefined> {
  const [found] = await findLinkIds(trx, [{ integration_id: integrationId, external_id: item.externalId }]);
  if (found === undefined) return undefined;
  if (found.task_id !== null) await lockTasks(trx, [found.task_id]);
  const [link] = await lockLinks(trx, [found.id]);
  return link;
}
