import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { canonicalText } from '../../tasks/canonical-text.ts';
import { findTasksInUse } from '../../tasks/task-history-queries.ts';
import { databaseTime, lockTasks } from '../../tasks/task-queries.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { type ChangeSource, identityOf } from '../inbound/incoming-change.ts';
import { mergeSnapshot } from '../inbound/merge-snapshot.ts';
import { watchRepositories } from '../inbound/repository-poll-queries.ts';
import { provenanceOf, remoteFieldsOf, versionOf } from '../inbound/snapshot.ts';
import { isPending } from '../link/is-pending.ts';
import { LinkBatch } from '../link/link-batch.ts';
import { findFollowedLinks, findIdentities, type LinkRow, lockLinks } from '../link/link-queries.ts';
import { bindCreate } from '../link/open-link-batch.ts';
import { unanswered, withAnswered, withWritten } from '../reconcile/write.ts';
import { isDoubtful, moveToNewPlace } from './merge-read.ts';
import { type ClaimedIntent, hurryIntents, type LockedIntent, lockIntent, postponeIntent } from './outbox-queries.ts';
import type { WritePlan } from './plan-write.ts';

/** Applies the response to a write: merges the item like any snapshot, so that it becomes the base, and applies the event `written`. */
export async function applyResponse(
  deps: SyncDependencies,
  intent: ClaimedIntent,
  plan: Exclude<WritePlan, { kind: 'nothing' }>,
  item: ExternalItem,
): Promise<void> {
  if (plan.kind === 'update' && item.externalId !== plan.externalId)
    await moveToNewPlace(deps, intent, plan.externalId, item);
  await retriedTransaction(deps.db, async (trx) => {
    const locked = await lockIntent(trx, intent);
    if (locked === undefined) {
      if (plan.kind === 'create') await bindTombstone(trx, intent, item);
      return;
    }
    const { now, link, task, integration } = locked;
    const batch = new LinkBatch(now, { tasks: [task], links: [link] });
    const isNew = link.external_id === null;
    if (isNew) await bind(trx, batch, locked, item);
    merge(batch, locked, plan, item);
    const pending = isPending(link, task);
    batch.apply(link, { type: 'written', pending });
    await batch.write(trx);
    if (pending) await postponeIntent(trx, intent.id, { delayMs: 0, attempts: 0, uncertainCreate: false, error: null });
    if (intent.attempts > 0) await hurryIntents(trx, integration.id);
    // Polling starts, because this may be the first known item of its repository. It is the last step, as in `watchItemRepositories`.
    if (isNew && link.repository_id !== null)
      await watchRepositories(trx, [
        { integration_id: integration.id, repository_id: link.repository_id, delivered: false },
      ]);
  });
}

function merge(
  batch: LinkBatch,
  { link, integration }: LockedIntent,
  plan: Exclude<WritePlan, { kind: 'nothing' }>,
  item: ExternalItem,
): void {
  if (link.external_id !== item.externalId || link.repository_id === null) return;
  const version = versionOf(item).toISOString();
  const isWaiting = unanswered(link.writes).some(({ at }) => at === plan.write.at);
  const snapshot = { integration, item, repositoryId: link.repository_id };
  const known = plan.kind === 'update' ? plan.base : null;
  if (!isWaiting) {
    // The write has been settled already by an event that showed its result, so the response is one more snapshot of the item.
    mergeSnapshot(batch, link, { ...snapshot, source: { kind: isDoubtful(link, item, known) ? 'webhook' : 'read' } });
    return;
  }
  if (isDoubtful(link, item, known)) {
    // An event of the same second came in between, so the item is read to find out whether the event or our write is newer. The changes
    // of the write become part of the agreed state (base), so that the read does not take them for an edit of somebody else.
    link.base = withWritten(link.base ?? {}, plan.write, remoteFieldsOf(link, item));
    link.writes = withAnswered(link.writes, version, batch.now);
    mergeSnapshot(batch, link, { ...snapshot, source: { kind: 'webhook' } });
    return;
  }
  // An item that was found by its marker is merged as a read and not as the response to its create, because people may have edited it
  // since.
  const source: ChangeSource = plan.kind === 'recover' ? { kind: 'read' } : { kind: 'write', answered: plan.write };
  mergeSnapshot(batch, link, { ...snapshot, source });
  link.writes = withAnswered(link.writes, version, batch.now);
  batch.linkChanged(link);
}

/** Stores the identity of a created item in the tombstone of its task, which was deleted meanwhile, so that the item creates no task. */
async function bindTombstone(trx: Transaction, { link_id }: ClaimedIntent, item: ExternalItem): Promise<void> {
  const [link] = await lockLinks(trx, [link_id]);
  if (link === undefined || link.sync_state !== 'deleted' || link.external_id !== null) return;
  const identity = identityOf(link, item.externalId);
  const [found] = await findIdentities(trx, [identity]);
  if (found?.id !== undefined && found.id !== null) return;
  const batch = new LinkBatch(await databaseTime(trx), { links: [link] });
  Object.assign(link, { number: item.number, url: canonicalText(item.url) });
  batch.moveLink(link, identity);
  await batch.write(trx);
}

/**
 * Binds the created item to its link. Removes the second task that events of the item created before it could be recognized, unless
 * people use that task.
 */
async function bind(
  trx: Transaction,
  batch: LinkBatch,
  { link, integration }: LockedIntent,
  item: ExternalItem,
): Promise<void> {
  const identity = identityOf(integration, item.externalId);
  const [found] = await findIdentities(trx, [identity]);
  let repositoryId = link.repository_id as number;
  if (found?.id !== undefined && found.id !== null && found.alias === null) {
    const tasks = await lockTasks(trx, found.task_id === null ? [] : [found.task_id]);
    const [twin] = await lockLinks(trx, [found.id]);
    const [twinTask] = tasks;
    if (twin !== undefined) {
      repositoryId = await placeOf(trx, link, twin);
      batch.addLink(twin);
      batch.removeLink(twin, link);
      const inUse = await findTasksInUse(
        trx,
        tasks.map(({ id }) => id),
      );
      if (twinTask !== undefined && !inUse.has(twinTask.id)) {
        batch.addTask(twinTask);
        batch.removeTask(twinTask);
      } else if (twinTask !== undefined) {
        const detail = 'The item was created from another task, which it belongs to.';
        const provenance = provenanceOf({ integration, source: { kind: 'write' } }, link);
        batch.record(twinTask, [{ field: 'link', from: twin.url, to: null, detail }], provenance);
      }
    }
  }
  bindCreate(batch, link, { integration, item, source: { kind: 'write' }, repositoryId, identity });
}

/**
 * Returns the id of the repository in which the item was created. The item's event knows it by id, the response by name alone, and
 * another repository may have taken the name. If the task has another item there, the planned repository is kept.
 */
async function placeOf(trx: Transaction, link: LinkRow, { repository_id: seenIn }: LinkRow): Promise<number> {
  const planned = link.repository_id as number;
  if (seenIn === null || seenIn === planned || link.task_id === null) return planned;
  const followed = await findFollowedLinks(trx, [{ task: link.task_id, repository: seenIn }]);
  return followed.size === 0 ? seenIn : planned;
}
