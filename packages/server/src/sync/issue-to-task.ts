import type { ExternalItem, RepositoryRef } from '@commandcenter/integration-kit';
import type { Effect } from '../domain/effect.ts';
import type { RemoteFields } from '../domain/sync-fields.ts';
import { notFound } from '../errors.ts';
import { findIntegration } from '../store/integrations.ts';
import { deleteTombstone } from '../store/links.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import { applyRead, knownBefore } from './apply-read.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';

export interface IssueToTask {
  integrationId: number;
  repository: RepositoryRef;
  issueNumber: number;
}

export interface IssueToTaskResult {
  task_id: number;
  action: 'created' | 'updated' | 'unchanged';
}

/** Events of the same second that keep coming in while the item is read. */
const MOST_READS = 4;

/**
 * Reads one item now and brings it into its task, made anew where there is none: also where it was deleted, for this time a person
 * asks for it. Throws 404, and IntegrationErrors of the other side.
 */
export async function syncIssueToTask(
  { db, host, applyChanges }: SyncDependencies,
  { integrationId, repository, issueNumber }: IssueToTask,
): Promise<IssueToTaskResult> {
  const integration = await findIntegration(db, integrationId);
  if (integration === undefined) throw notFound(`integration ${integrationId}`);
  const ref = { repository, number: issueNumber };
  const read = (): Promise<ExternalItem> =>
    host.run(integrationId, 'read item', (instance, signal) => trackerOf(instance).getItem(ref, signal), {
      interactive: true,
    });
  let known: RemoteFields | null = null;
  let effects: Effect[] | undefined;
  for (let reads = 1; effects === undefined; reads += 1) {
    const item = await read();
    const incoming = { integration, change: { kind: 'item' as const, item }, source: { kind: 'manual' as const } };
    effects = await retriedTransaction(db, async (trx) => {
      await deleteTombstone(trx, integrationId, item.externalId);
      if (reads < MOST_READS) return applyRead(trx, applyChanges, incoming, known);
      const [done] = await applyChanges(trx, [incoming]);
      return done;
    });
    if (effects === undefined) known = await knownBefore(db, integrationId, item.externalId);
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
