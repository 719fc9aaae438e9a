import type { ExternalItem } from '@commandcenter/integration-kit';
import { sql } from 'kysely';
import { pendingPatch } from '../domain/pending-patch.ts';
import { projectTask } from '../domain/projection.ts';
import type { RemoteFields, SyncFields } from '../domain/sync-fields.ts';
import type { Transaction } from '../store/database.ts';
import { deleteLinks, findLinkIds, lockLinks, updateLinks } from '../store/links.ts';
import { deleteIntent, hurryIntents, type IntentRow, postponeIntent } from '../store/outbox.ts';
import { watchRepositories } from '../store/repository-polls.ts';
import { insertHistory } from '../store/task-history.ts';
import { deleteTasks, lockTasks } from '../store/tasks.ts';
import { isDoubtful } from './apply-read.ts';
import type { SyncDependencies } from './dependencies.ts';
import { actorOf, type SyncIntegration } from './incoming-change.ts';
import { type LockedIntent, lockIntent, settle } from './intent-plan.ts';
import { linkFacts } from './take-snapshot.ts';

export interface Answer {
  intent: IntentRow;
  owner: string;
  integration: SyncIntegration;
  /** The item as the other side answered the write. */
  item: ExternalItem;
  /** What was written. */
  sent: SyncFields;
  /** The link's base when the answer was asked for. */
  known: RemoteFields | null;
  /** Take it whatever came in between. */
  final: boolean;
}

/**
 * The answer of a write becomes what both sides agree on, through the same reconcile as every snapshot. Not accepted: another
 * snapshot of the same age came in between, and only a fresh read can tell which one is newer.
 */
export async function acceptAnswer(
  trx: Transaction,
  { applyChanges }: Pick<SyncDependencies, 'applyChanges'>,
  answer: Answer,
): Promise<{ accepted: true } | { accepted: false; base: RemoteFields | null }> {
  const { intent, owner, integration, item, sent, known, final } = answer;
  const locked = await lockIntent(trx, intent, owner);
  if (locked === undefined) return { accepted: true };
  const { link } = locked;
  if (!final && isDoubtful(link, item, known)) return { accepted: false, base: link.base };
  const made = link.external_id === null;
  if (made) await bind(trx, locked, integration, item);
  const repository = item.repository;
  const moved = link.external_id !== null && link.external_id !== item.externalId;
  await applyChanges(trx, [
    {
      integration,
      change: moved
        ? { kind: 'item_transferred', externalId: link.external_id as string, repository, to: item }
        : { kind: 'item', item },
      source: { kind: 'write', answered: sent },
    },
  ]);
  await finish(trx, locked.intent, link.id);
  if (locked.intent.attempts > 0) await hurryIntents(trx, integration.id);
  // Last of all, as in watchItemRepositories. It may be the first item there that we know.
  if (made && link.repository_id !== null)
    await watchRepositories(trx, [
      { integration_id: integration.id, repository_id: link.repository_id, delivered: false },
    ]);
  return { accepted: true };
}

/** The item that was made gets its link. A task that its events made before they could be told apart goes again. */
async function bind(
  trx: Transaction,
  { link, task }: LockedIntent,
  integration: SyncIntegration,
  item: ExternalItem,
): Promise<void> {
  const key = { integration_id: integration.id, external_id: item.externalId };
  const [found] = await findLinkIds(trx, [key]);
  if (found !== undefined) await removeTwin(trx, found);
  if (task !== undefined) {
    const changes = [{ field: 'link' as const, from: null, to: item.url, detail: 'The item was made there.' }];
    await insertHistory(trx, [
      { task_id: task.id, version: task.version, actor: actorOf(integration), delivery_id: null, changes },
    ]);
  }
  Object.assign(link, linkFacts({ item, repositoryId: link.repository_id as number }), key);
  await updateLinks(trx, [link]);
  link.external_id = item.externalId;
}

async function removeTwin(trx: Transaction, twin: { id: number; task_id: number | null }): Promise<void> {
  if (twin.task_id !== null) await lockTasks(trx, [twin.task_id]);
  await lockLinks(trx, [twin.id]);
  await deleteLinks(trx, [twin.id]);
  if (twin.task_id === null) return;
  const edited = await sql`
    select from task_history where task_id = ${twin.task_id} and actor ->> 'type' <> 'integration' limit 1`.execute(
    trx,
  );
  if (edited.rows.length === 0) await deleteTasks(trx, [twin.task_id]);
}

/** What the task has beyond the answer, such as edits made meanwhile, goes out next. */
async function finish(trx: Transaction, intent: IntentRow, linkId: number): Promise<void> {
  const [link] = await lockLinks(trx, [linkId]);
  const [task] = link?.task_id ? await lockTasks(trx, [link.task_id]) : [];
  if (link === undefined || task === undefined || link.base === null || link.sync_state === 'deleted') {
    await deleteIntent(trx, intent.id);
  } else if (pendingPatch(projectTask(task), link.base, link.refused) === null) {
    await settle(trx, intent, link);
  } else {
    await postponeIntent(trx, intent.id, { delayMs: 0, attempts: 0, sent: [], uncertainCreate: false, error: null });
    await updateLinks(trx, [{ ...link, sync_state: 'pending' }]);
  }
}
