import type { ItemDraft, ItemPatch, ItemRef, RepositoryRef } from '@commandcenter/integration-kit';
import { draftLabels, pendingPatch } from '../domain/pending-patch.ts';
import { projectTask } from '../domain/projection.ts';
import type { RemoteFields, SyncFields } from '../domain/sync-fields.ts';
import type { Transaction } from '../store/database.ts';
import { findLink, type LinkRow, lockLinks, updateLinks } from '../store/links.ts';
import { deleteIntent, type IntentRow, lockLeasedIntent, recordSent } from '../store/outbox.ts';
import { getRepository } from '../store/repositories.ts';
import { lockTasks, type TaskRow } from '../store/tasks.ts';
import type { CreateMarkers } from './create-markers.ts';
import { isFollowed } from './edit-task.ts';

/** What one intent comes to at this moment. */
export type IntentPlan =
  /** Nothing is left to do, or another worker does it. */
  | { kind: 'nothing' }
  | { kind: 'create'; repository: RepositoryRef; draft: ItemDraft; sent: SyncFields }
  /** A create was sent and its answer not seen: the item may be there. */
  | { kind: 'recover'; repository: RepositoryRef; marker: string; repositoryId: number; sentAt: Date; sent: SyncFields }
  | { kind: 'update'; ref: ItemRef; patch: ItemPatch; sent: SyncFields; base: RemoteFields };

/** How many unanswered writes are remembered. */
const MOST_SENT = 5;

export interface LockedIntent {
  intent: IntentRow;
  link: LinkRow;
  task: TaskRow | undefined;
}

/** Locks what an intent is about: task, link, intent, in the order that edits and events use. Undefined: it is somebody else's now. */
export async function lockIntent(
  trx: Transaction,
  intent: IntentRow,
  owner: string,
): Promise<LockedIntent | undefined> {
  const known = await findLink(trx, intent.link_id);
  if (known === undefined) return undefined;
  const [task] = known.task_id === null ? [] : await lockTasks(trx, [known.task_id]);
  const [link] = await lockLinks(trx, [intent.link_id]);
  const leased = await lockLeasedIntent(trx, intent.id, owner);
  if (link === undefined || leased === undefined) return undefined;
  return { intent: leased, link, task: task?.id === link.task_id ? task : undefined };
}

/** Computes what to write now, and commits that it is about to be sent. */
export async function planIntent(
  trx: Transaction,
  claimed: IntentRow,
  owner: string,
  markers: CreateMarkers,
): Promise<IntentPlan> {
  const locked = await lockIntent(trx, claimed, owner);
  if (locked === undefined) return { kind: 'nothing' };
  const { intent, link, task } = locked;
  const repository = link.repository_id === null ? undefined : await getRepository(trx, link.repository_id);
  if (task === undefined || !isFollowed(link)) {
    await deleteIntent(trx, intent.id);
    return { kind: 'nothing' };
  }
  if (repository === undefined) {
    await deleteIntent(trx, intent.id);
    const last_error = 'The repository of the item was removed here.';
    await updateLinks(trx, [{ ...link, sync_state: 'error', last_error, last_error_class: 'not_found' }]);
    return { kind: 'nothing' };
  }
  const local = projectTask(task);
  if (link.external_id === null || link.number === null || link.base === null) {
    if (intent.sent_at !== null) {
      const sent = intent.sent.at(-1) ?? local;
      return {
        kind: 'recover',
        repository,
        marker: link.marker,
        repositoryId: repository.id,
        sentAt: intent.sent_at,
        sent,
      };
    }
    const { title, description, assignees } = local;
    const marker = markers.make(link.marker, repository.id);
    // Items are made open; a finished task closes its item afterwards.
    const sent: SyncFields = { ...local, status: 'open' };
    await recordSent(trx, intent.id, [sent], true);
    return {
      kind: 'create',
      repository,
      draft: { title, body: description, labels: draftLabels(local), assignees, marker },
      sent,
    };
  }
  const patch = pendingPatch(local, link.base, link.refused);
  if (patch === null) {
    await settle(trx, intent, link);
    return { kind: 'nothing' };
  }
  await recordSent(trx, intent.id, [...intent.sent.slice(1 - MOST_SENT), local], false);
  const ref = { repository, number: link.number, externalId: link.external_id };
  return { kind: 'update', ref, patch, sent: local, base: link.base };
}

/** Both sides are equal, and nothing is on its way. */
export async function settle(trx: Transaction, intent: IntentRow, link: LinkRow): Promise<void> {
  await deleteIntent(trx, intent.id);
  await updateLinks(trx, [{ ...link, sync_state: 'in_sync', last_error: null, last_error_class: null }]);
}
