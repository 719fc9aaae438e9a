import type { Transaction } from '../../database/database.ts';
import { retryAfter } from '../../integrations/health/retry-policy.ts';
import { scheduleCheck, setRefusal } from '../../integrations/repositories/repository-check-queries.ts';
import { releaseNames } from '../../integrations/repositories/repository-identity-queries.ts';
import {
  lockRepository,
  type RepositoryRefusal,
  type RepositoryRow,
} from '../../integrations/repositories/repository-queries.ts';
import type { TaskRow } from '../../tasks/task-queries.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import { pollNow, unwatch } from '../inbound/repository-poll-queries.ts';
import { changeLinks } from '../link/change-links.ts';
import { isPending } from '../link/is-pending.ts';
import type { LinkBatch } from '../link/link-batch.ts';
import { findLinksOfRepository, type LinkRow } from '../link/link-queries.ts';
import type { LinkProblem } from '../link/link-state.ts';
import { parkIntents, wakeIntents } from '../outbound/outbox-queries.ts';
import { readNow } from '../refetch-queries.ts';

export const refusalProblem = ({
  class: errorClass,
  message,
  remedy,
}: Omit<RepositoryRefusal, 'since'>): LinkProblem => ({
  class: errorClass,
  message,
  remedy,
});

/**
 * Stores that a repository refuses requests: its links show why, its intents wait, and access is checked again by the retry policy. Other
 * repositories and the integration's health are not affected.
 */
export async function refuseRepository(
  trx: Transaction,
  { id }: Pick<RepositoryRow, 'id'>,
  given: Omit<RepositoryRefusal, 'since'>,
): Promise<void> {
  const repository = await lockRepository(trx, id);
  if (repository === undefined) return;
  // Access to a deleted repository cannot return, so this check was the last one.
  if (repository.refusal?.deleted === true) return scheduleCheck(trx, id, { delayMs: null, attempts: 0 });
  const { refusal: before, check_attempts } = repository;
  const isSame = before !== null && before.scope === given.scope && before.class === given.class;
  // The first refusal is kept, because its message is about the request that a person made; a later check only confirms that it still
  // holds.
  const refusal = isSame ? before : { ...given, since: (await databaseTime(trx)).toISOString() };
  const attempts = before === null ? 0 : check_attempts + 1;
  await setRefusal(trx, id, refusal, { delayMs: checkPause(given, attempts), attempts });
  // If only writes are refused, as in an archived repository, links with nothing to send still agree with their items and are left as
  // they are.
  const pendingOnly = isSame || refusal.scope === 'writes';
  await eachLink(trx, id, pendingOnly, (batch, link) => {
    if (!isSame || link.sync_state === 'pending')
      batch.apply(link, { type: 'access_lost', problem: refusalProblem(refusal) });
  });
  await parkIntents(trx, id);
}

function checkPause({ class: errorClass }: Pick<RepositoryRefusal, 'class'>, attempts: number): number | null {
  const decision = retryAfter({ class: errorClass }, 'repository_check', attempts, new Date(), Math.random());
  return decision.kind === 'retry' ? decision.delayMs : null;
}

/** Removes the refusal of a repository that works again: waiting intents become due, and changes that were missed are read and polled. */
export async function restoreRepository(trx: Transaction, repositoryId: number): Promise<void> {
  await setRefusal(trx, repositoryId, null, { delayMs: null, attempts: 0 });
  const waiting: number[] = [];
  await eachLink(trx, repositoryId, false, (batch, link, task) => {
    // The link's intent was queued after the refusal, and then parked.
    if (link.sync_state === 'pending') waiting.push(link.id);
    // An edit that was refused for its content would be refused again, so it waits until it changes.
    if (link.sync_state !== 'error' || link.last_error_class === 'validation' || link.last_error_class === 'bug')
      return;
    batch.apply(link, { type: 'access_returned', pending: isPending(link, task) });
  });
  await wakeIntents(trx, waiting);
  await readNow(trx, repositoryId);
  await pollNow(trx, repositoryId);
}

/**
 * Stores that a repository was deleted at the provider with all its items. Returns the number of their tasks, which stay. The name
 * becomes free: if a configuration lists it, another repository that gets the name is polled.
 */
export async function markRepositoryDeleted(
  trx: Transaction,
  { id, owner, name }: Pick<RepositoryRow, 'id' | 'owner' | 'name'>,
): Promise<number> {
  const detail = `The repository ${owner}/${name} was deleted there; the task stays.`;
  let count = 0;
  await eachLink(trx, id, false, (batch, link, task) => {
    batch.apply(link, { type: 'item_deleted', problem: null });
    const actor = { type: 'integration' as const, id: link.integration_id, name: link.integration_type };
    const provenance = { actor, origin: { kind: 'webhook' as const, by: null, link_id: link.id } };
    batch.record(task, [{ field: 'link', from: link.url, to: null, detail }], provenance);
    count += 1;
  });
  const refusal: RepositoryRefusal = {
    scope: 'everything',
    class: 'not_found',
    message: `The repository ${owner}/${name} was deleted.`,
    remedy: 'Nothing is to be done: the tasks stay here.',
    since: (await databaseTime(trx)).toISOString(),
    deleted: true,
  };
  await setRefusal(trx, id, refusal, { delayMs: null, attempts: 0 });
  await unwatch(trx, id);
  await releaseNames(trx, [id]);
  return count;
}

/** Changes the followed links of a repository, except those whose task was deleted. */
function eachLink(
  trx: Transaction,
  repositoryId: number,
  pendingOnly: boolean,
  change: (batch: LinkBatch, link: LinkRow, task: TaskRow) => void,
): Promise<void> {
  return changeLinks(trx, {
    find: (page) => findLinksOfRepository(trx, repositoryId, { pendingOnly, ...page }),
    isMeant: ({ repository_id }) => repository_id === repositoryId,
    change(batch, link) {
      const task = batch.taskOf(link);
      if (task !== undefined) change(batch, link, task);
    },
  });
}
