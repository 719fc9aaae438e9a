import { fitBesideCreateMarker, type ItemDraft, type ItemPatch } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { itemFields, type RemoteFields } from '../../tasks/sync-fields.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { allowsRepository } from '../inbound/incoming-change.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import { isFollowed } from '../link/link-state.ts';
import {
  creationChanges,
  draftLabels,
  passedThrough,
  pendingChanges,
  toItemPatch,
} from '../reconcile/pending-changes.ts';
import { projectTask } from '../reconcile/projection.ts';
import { unanswered, type Write, withPlanned } from '../reconcile/write.ts';
import { refusalProblem } from '../repositories/repository-access.ts';
import { deleteIntents, type LockedIntent, parkIntents, postponeIntent, recordCreate } from './outbox-queries.ts';

/** The request to the provider that an intent requires now, if any. */
export type WritePlan =
  /** Plan to send nothing now, because nothing is left to do or the intent has to wait. */
  | { kind: 'nothing' }
  | { kind: 'create'; repository: RepositoryRow; draft: ItemDraft; write: Write }
  /** A create was sent and its response not seen: the item may exist. */
  | {
      kind: 'recover';
      repository: RepositoryRow;
      marker: string;
      /** Time at which the create was sent, on the provider's clock. */
      sentAt: Date;
      /** Milliseconds from the sending of the create to the making of this plan. */
      sentMsAgo: number;
      write: Write;
    }
  | {
      kind: 'update';
      repository: RepositoryRow;
      number: number;
      externalId: string;
      patch: ItemPatch;
      write: Write;
      base: RemoteFields;
    };

/** Computes the write that makes task and item equal, and notes it in the link as about to be sent. The caller must write the batch. */
export async function planWrite(
  trx: Transaction,
  batch: LinkBatch,
  { intent, link, task, repository, integration }: LockedIntent,
  { markers, host }: Pick<SyncDependencies, 'markers' | 'host'>,
): Promise<WritePlan> {
  if (batch.taskOf(link) === undefined || !isFollowed(link)) {
    await deleteIntents(trx, [link.id]);
    return { kind: 'nothing' };
  }
  if (repository === null) {
    const message = 'The repository of the item was removed here.';
    const remedy = 'Ask for the issue again in a repository that is known.';
    batch.apply(link, { type: 'given_up', problem: { class: 'not_found', message, remedy } });
    return { kind: 'nothing' };
  }
  const name = `${repository.owner}/${repository.name}`;
  if (repository.refusal !== null) {
    batch.apply(link, { type: 'access_lost', problem: refusalProblem(repository.refusal) });
    await giveBack(trx, intent, 'signal', repository.refusal.message);
    await parkIntents(trx, repository.id);
    return { kind: 'nothing' };
  }
  if (!allowsRepository(integration, repository)) {
    const message = `The item is in ${name}, which config.repositories of this integration does not name.`;
    const remedy = `Add "${name}" to config.repositories, or unlink the task.`;
    batch.apply(link, { type: 'refused', problem: { class: 'permission', message, remedy } });
    // A change of `config.repositories` makes the intent due again.
    await giveBack(trx, intent, 'signal', message);
    return { kind: 'nothing' };
  }
  const local = projectTask(task);
  if (link.external_id === null || link.number === null || link.base === null) {
    const sent = unanswered(link.writes).at(-1);
    if (intent.sent_at !== null && sent !== undefined) {
      const { marker } = link;
      const sentAt = new Date(intent.sent_at.getTime() + integration.clock_offset_ms);
      const sentMsAgo = batch.now.getTime() - intent.sent_at.getTime();
      return { kind: 'recover', repository, marker, sentAt, sentMsAgo, write: sent };
    }
    const { title, assignees } = local;
    const marker = markers.make(link.marker, repository.id);
    const longest = host.registry.get(integration.integration_type)?.manifest.longestItemBody ?? Infinity;
    const description = fitBesideCreateMarker(local.description, marker, longest);
    // Items are created open, and with as much of the text as fits. The update that follows closes the item of a finished task, and
    // completes the text.
    const changes = creationChanges({ ...local, description, status: 'open' });
    const write: Write = { at: batch.now.toISOString(), read_version: null, ...changes };
    link.writes = [write];
    batch.linkChanged(link);
    await recordCreate(trx, intent.id, true);
    const draft = { title, body: description, labels: draftLabels(local), assignees, marker };
    return { kind: 'create', repository, draft, write };
  }
  const changes = pendingChanges(itemFields, local, link.base, link.refused, link.frozen);
  if (changes === null) {
    batch.apply(link, { type: 'written', pending: false });
    return { kind: 'nothing' };
  }
  const { number, external_id: externalId, base } = link;
  const patch = toItemPatch(changes, base);
  const write: Write = {
    at: batch.now.toISOString(),
    read_version: link.versions.core ?? null,
    passes: passedThrough(changes),
    labels: [...(patch.addLabels ?? []), ...(patch.removeLabels ?? [])],
    ...changes,
  };
  link.writes = withPlanned(link.writes, write);
  batch.linkChanged(link);
  return { kind: 'update', repository, number, externalId, patch, write, base };
}

const giveBack = (
  trx: Transaction,
  { id, attempts, sent_at }: LockedIntent['intent'],
  delayMs: number | 'signal',
  error: string,
): Promise<void> => postponeIntent(trx, id, { delayMs, attempts, uncertainCreate: sent_at !== null, error });
