import type { Transaction } from '../../database/database.ts';
import { changeLinks } from './change-links.ts';
import { findLinksOfIntegration, releaseRepositories } from './link-queries.ts';

/** Detaches the links of an integration that is being deleted. Tasks stay, and another integration of the project may adopt the links. */
export async function detachLinks(trx: Transaction, integrationId: number): Promise<void> {
  await changeLinks(trx, {
    find: (page) => findLinksOfIntegration(trx, integrationId, page),
    isMeant: ({ integration_id }) => integration_id === integrationId,
    change: (batch, link) => batch.apply(link, { type: 'detached' }),
  });
  await releaseRepositories(trx, integrationId);
}
