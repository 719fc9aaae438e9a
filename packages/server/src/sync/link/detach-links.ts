import type { Transaction } from '../../database/database.ts';
import { changeLinks } from './change-links.ts';
import { findLinksOfIntegration, releaseRepositories } from './link-queries.ts';

/** The integration is being deleted: its tasks and tombstones stay, and a later integration of the project may take up its items. */
export async function detachLinks(trx: Transaction, integrationId: number): Promise<void> {
  await changeLinks(trx, {
    find: (page) => findLinksOfIntegration(trx, integrationId, page),
    isMeant: ({ integration_id }) => integration_id === integrationId,
    change: (batch, link) => batch.apply(link, { type: 'detached' }),
  });
  await releaseRepositories(trx, integrationId);
}
