import type { Transaction } from '../store/database.ts';
import { LinkBatch } from './link-batch.ts';
import { findLinksOfIntegration, lockLinks, releaseRepositories } from './link-queries.ts';
import { databaseTime, lockTasks } from './task-queries.ts';

const CHUNK = 500;

/** The integration is being deleted: its tasks and tombstones stay, and a later integration of the project may take up its items. */
export async function detachLinks(trx: Transaction, integrationId: number): Promise<void> {
  for (let afterId = 0; ; ) {
    const chunk = await findLinksOfIntegration(trx, integrationId, { afterId, limit: CHUNK });
    const last = chunk.at(-1);
    if (last === undefined) break;
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
    for (const link of links) batch.apply(link, { type: 'detached' });
    await batch.write(trx);
  }
  await releaseRepositories(trx, integrationId);
}
