import { sql } from 'kysely';
import type { Effect } from '../domain/effect.ts';
import { nothingRefused } from '../domain/sync-fields.ts';
import type { Transaction } from '../store/database.ts';
import type { LinkRow } from '../store/links.ts';
import { taskReference } from './apply-items.ts';
import type { BatchRepositories, Entry, EntryOf } from './apply-repositories.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { WorkSet } from './work-set.ts';

/** What transfers need to know beyond the locked rows. */
export interface TransferContext {
  /** Tasks that a person has edited. */
  edited: ReadonlySet<number>;
  /** `task/repository` pairs that have a link which is followed, with its id. */
  followed: ReadonlyMap<string, number>;
}

/** An item that moved has a new identity; its `opened` at the new place may have come before, and made a task of its own. */
export async function loadTransferContext(
  trx: Transaction,
  set: WorkSet,
  entries: readonly EntryOf<'item_transferred'>[],
  repositories: BatchRepositories,
): Promise<TransferContext> {
  const moves = entries.flatMap((entry) => {
    const { to, externalId } = entry.change;
    if (to === null) return [];
    const from = set.link({ integration_id: entry.integration.id, external_id: externalId });
    const twin = set.link({ integration_id: entry.integration.id, external_id: to.externalId });
    return [
      {
        task: from?.task_id ?? null,
        twin: twin?.task_id ?? null,
        repository: repositories.of(entry, to.repository).id,
      },
    ];
  });
  if (moves.length === 0) return { edited: new Set(), followed: new Map() };
  const edited = await sql<{ task_id: number }>`
    select distinct task_id from task_history
    where task_id = any(${moves.map(({ twin }) => twin)}::bigint[]) and actor ->> 'type' <> 'integration'`.execute(trx);
  const followed = await sql<{ id: number; task_id: number; repository_id: number }>`
    select l.id, l.task_id, l.repository_id
    from json_to_recordset(${JSON.stringify(moves)}) as x(task bigint, repository bigint)
    join links l on l.task_id = x.task and l.repository_id = x.repository
    where l.sync_state not in ('deleted', 'detached')`.execute(trx);
  return {
    edited: new Set(edited.rows.map(({ task_id }) => task_id)),
    followed: new Map(followed.rows.map((row) => [`${row.task_id}/${row.repository_id}`, row.id])),
  };
}

/** The task follows the item to its new place. */
export function transferItem(
  set: WorkSet,
  entry: EntryOf<'item_transferred'>,
  repositories: BatchRepositories,
  { edited, followed }: TransferContext,
): Effect[] {
  const { integration, source, change } = entry;
  const key = (externalId: string) => ({ integration_id: integration.id, external_id: externalId });
  const link = set.link(key(change.externalId));
  if (link === undefined) return [{ kind: 'not_synced', detail: 'No task is linked to the item that moved.' }];
  const reference = { link_id: link.id, ...taskReference(link) };
  const { to } = change;
  if (to === null) {
    set.refetch(link);
    return [{ kind: 'refetch_requested', ...reference, detail: 'The item moved; asking where it is now.' }];
  }
  const repositoryId = repositories.of(entry, to.repository).id;
  const twin = set.link(key(to.externalId));
  if (twin !== undefined && twin !== link) removeTwin(set, twin, edited, entry);

  const task = set.taskOf(link);
  const other = task === undefined ? undefined : followed.get(`${task.id}/${repositoryId}`);
  if (task !== undefined && other !== undefined && other !== link.id && other !== twin?.id) {
    const detail = 'The item moved to a repository where the task has another one already; the task goes on with that.';
    set.record(task, [{ field: 'link', from: link.url, to: null, detail }], entry);
    set.markDeleted(link);
    return [{ kind: 'link_deleted', ...reference, detail }];
  }
  if (task !== undefined) {
    set.record(task, [{ field: 'link', from: link.url, to: to.url, detail: 'The item moved there.' }], entry);
  }
  if (link.sync_state === 'deleted') link.sync_state = 'in_sync';
  link.refused = nothingRefused;
  set.moveLink(link, key(to.externalId));
  const effects: Effect[] = [
    { kind: 'link_relinked', ...reference, detail: to.url },
    ...takeSnapshot(set, link, { integration, source, item: to, repositoryId }),
  ];
  Object.assign(link, { number: to.number, url: to.url, repository_id: repositoryId });
  // The `opened` that came before may know more than the item's copy in the `transferred` event.
  if (twin !== undefined) set.refetch(link);
  return effects;
}

/** The task that the `opened` event of the new place made goes, unless a person has taken it up: then only its link goes. */
function removeTwin(set: WorkSet, twin: LinkRow, edited: ReadonlySet<number>, entry: Entry): void {
  const task = set.taskOf(twin);
  set.removeLink(twin);
  if (task === undefined) return;
  if (!edited.has(task.id)) set.removeTask(task);
  else
    set.record(
      task,
      [
        {
          field: 'link',
          from: twin.url,
          to: null,
          detail: 'The item moved here from another repository; its first task goes on with it.',
        },
      ],
      entry,
    );
}
