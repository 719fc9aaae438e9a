import type { Transaction } from '../store/database.ts';
import { changeLinks } from './change-links.ts';
import { findLinksOfIntegration, releaseRepositories } from './link-queries.ts';

/** The integration is being deleted: its tasks and tombstones stay, and a later integration of the project may take up its items. */
export async function detachLinks(trx: Transaction, integrationId: number): Promise<void> {
  await changeLinks(
    trx,
    (page) => findLinksOfIntegration(trx, integrationId, page),
    (batch, link) => batch.apply(link, { type: 'detached' }),
  );
  await releaseRepositories(trx, integrationId);
}
