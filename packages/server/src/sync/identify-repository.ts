import type { ExternalRepository } from '@commandcenter/integration-kit';
import type { Transaction } from '../store/database.ts';
import {
  findRepositoriesByIds,
  joinRepositories,
  type RepositoryRow,
  renameInConfigurations,
  saveRepository,
  setExternalId,
} from '../store/repositories.ts';
import { factsSeenNow } from './inbound/apply-repositories.ts';
import type { SyncIntegration } from './inbound/incoming-change.ts';
import { restoreRepository } from './repository-access.ts';
import { databaseTime } from './task-queries.ts';

/**
 * Stores what the other side says about the repository that was asked for by its name. A repository that was known by name alone gets its
 * immutable id with the first response, also when the response comes from a new name.
 */
export async function identifyRepository(
  trx: Transaction,
  integration: SyncIntegration,
  asked: Pick<RepositoryRow, 'id' | 'owner' | 'name' | 'external_id'> | undefined,
  found: ExternalRepository,
): Promise<RepositoryRow> {
  const now = await databaseTime(trx);
  const facts = factsSeenNow(integration, found, now);
  if (asked === undefined || asked.external_id !== null || facts.externalId === undefined)
    return saveRepository(trx, facts);
  const [known] = await findRepositoriesByIds(trx, integration, [facts.externalId]);
  if (known === undefined) await setExternalId(trx, asked.id, facts.externalId);
  const row = await saveRepository(trx, facts);
  if (row.id !== asked.id) {
    await joinRepositories(trx, asked.id, row.id);
    await renameInConfigurations(trx, row, asked, row);
    // Its items could not be written while no configuration named it.
    await restoreRepository(trx, row.id);
  }
  return row;
}
