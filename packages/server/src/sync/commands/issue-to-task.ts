import type { ExternalItem, ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { notFound } from '../../errors.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import type { RemoteFields } from '../../tasks/sync-fields.ts';
import { lockTasks } from '../../tasks/task-queries.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import type { Effect } from '../effect.ts';
import { identityOf } from '../inbound/incoming-change.ts';
import {
  deleteTombstone,
  findIdentities,
  findLink,
  type ItemIdentity,
  type LinkRow,
  lockLinks,
} from '../link/link-queries.ts';
import { isDoubtful } from '../outbound/merge-read.ts';
import { requireFollower } from '../repositories/followed-repository.ts';

export interface IssueToTask {
  integrationId: number;
  repository: RepositoryRef;
  issueNumber: number;
}

export interface IssueToTaskResult {
  task_id: number;
  action: 'created' | 'updated' | 'unchanged';
}

/** Most reads of an item whose events of the same second keep arriving meanwhile. The last read is accepted as it is. */
const MOST_READS = 4;

/**
 * Reads one item from the provider now and merges it into its task. Creates the task if there is none or if it was deleted, because a
 * person asks for it. Throws ApiError 404, ApiError 409 if another integration follows the repository, and the provider's
 * IntegrationErrors.
 */
export async function syncIssueToTask(
  { db, host, applyChanges }: SyncDependencies,
  { integrationId, repository, issueNumber }: IssueToTask,
): Promise<IssueToTaskResult> {
  const integration = await findIntegration(db, integrationId);
  if (integration === undefined) throw notFound(`integration ${integrationId}`);
  const session = await host.session(integrationId, { interactive: true });
  const place = await session.run('read repository', (instance, signal) =>
    trackerOf(instance).getRepository(repository, signal),
  );
  await requireFollower(db, integration, place);
  const read = (): Promise<ExternalItem> =>
    session.run('read item', (instance, signal) =>
      trackerOf(instance).getItem({ repository, number: issueNumber }, signal),
    );
  let known: RemoteFields | null = null;
  let effects: Effect[] | undefined;
  for (let reads = 1; effects === undefined; reads += 1) {
    const item = inRepository(await read(), place);
    const incoming = { integration, change: { kind: 'item' as const, item }, source: { kind: 'manual' as const } };
    const identity = identityOf(integration, item.externalId);
    effects = await retriedTransaction(db, async (trx) => {
      await deleteTombstone(trx, identity);
      const link = await lockLinkOf(trx, identity);
      if (reads < MOST_READS && link !== undefined && isDoubtful(link, item, known)) return undefined;
      const [done] = await applyChanges(trx, [incoming]);
      return done ?? [];
    });
    if (effects === undefined) known = await baseOf(db, identity);
  }
  const result = effects.find((effect) => effect.task_id !== undefined);
  if (result?.task_id === undefined) throw new Error(`issue ${issueNumber} was read, but no task has come of it`);
  const action =
    result.kind === 'task_created'
      ? 'created'
      : effects.some(({ kind }) => kind === 'task_updated')
        ? 'updated'
        : 'unchanged';
  return { task_id: result.task_id, action };
}

/**
 * Returns the item with all facts about the requested repository, if it is in that one. An item that a redirect found in another
 * repository keeps the repository that it names.
 */
function inRepository(item: ExternalItem, place: ExternalRepository): ExternalItem {
  const { owner, name } = item.repository;
  const same = `${owner}/${name}`.toLowerCase() === `${place.owner}/${place.name}`.toLowerCase();
  return same ? { ...item, repository: place } : item;
}

async function lockLinkOf(trx: Transaction, identity: ItemIdentity): Promise<LinkRow | undefined> {
  const [found] = await findIdentities(trx, [identity]);
  if (found === undefined || found.id === null || found.alias !== null) return undefined;
  await lockTasks(trx, found.task_id === null ? [] : [found.task_id]);
  const [link] = await lockLinks(trx, [found.id]);
  return link;
}

async function baseOf(db: SyncDependencies['db'], identity: ItemIdentity): Promise<RemoteFields | null> {
  const [found] = await findIdentities(db, [identity]);
  const link = found === undefined || found.id === null ? undefined : await findLink(db, found.id);
  return link?.base ?? null;
}
