import type { Transaction } from '../../database/database.ts';
import { databaseTime, lockTasks } from '../../tasks/task-queries.ts';
import { LinkBatch } from './link-batch.ts';
import { type LinkRow, lockLinks } from './link-queries.ts';

const CHUNK = 500;

export interface LinkChange {
  /** Returns the next `limit` links after the id `afterId`, in id order, without locking them. */
  find(page: { afterId: number; limit: number }): Promise<readonly Pick<LinkRow, 'id' | 'task_id'>[]>;
  /** Returns false for a locked link that must not be changed, because another transaction has moved it since it was found. */
  isMeant(link: LinkRow): boolean;
  change(batch: LinkBatch, link: LinkRow): void;
}

/** Locks and changes many links a chunk at a time, so that memory and each statement stay bounded. */
export async function changeLinks(trx: Transaction, { find, isMeant, change }: LinkChange): Promise<void> {
  for (let afterId = 0; ; ) {
    const chunk = await find({ afterId, limit: CHUNK });
    const last = chunk.at(-1);
    if (last === undefined) return;
    afterId = last.id;
    const tasks = await lockTasks(
      trx,
      chunk.flatMap(({ task_id }) => task_id ?? []),
    );
    const links = await lockLinks(
      trx,
      chunk.map(({ id }) => id),
    );
    const batch = new LinkBatch(await databaseTime(trx), { tasks, links });
    for (const link of links.filter(isMeant)) change(batch, link);
    await batch.write(trx);
  }
}
