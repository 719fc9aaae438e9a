import type { ExternalRepository } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import {
  joinRepositories,
  renameInConfigurations,
  setExternalId,
} from '../../integrations/repositories/repository-identity-queries.ts';
import { findRepositoriesByIds, type RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { saveRepository } from '../../integrations/repositories/save-repository-queries.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import type { SyncIntegration } from '../inbound/incoming-change.ts';
import { factsSeenNow } from './repository-facts.ts';

type NamedRepository = Pick<RepositoryRow, 'id' | 'owner' | 'name'>;

/**
 * Stores the provider's facts about a repository that was requested by its name, and returns its row. A repository that was known by name
 * alone gets its immutable id with the first response, also if the response has a new name.
 */
export async function identifyRepository(
  trx: Transaction,
  integration: SyncIntegration,
  asked: (NamedRepository & Pick<RepositoryRow, 'external_id'>) | undefined,
  found: ExternalRepository,
): Promise<RepositoryRow> {
  const facts = factsSeenNow(integration, found, await databaseTime(trx));
  if (asked !== undefined && asked.external_id === null && facts.externalId !== undefined)
    await identifyNamedRepository(trx, integration, asked, facts.externalId);
  return saveRepository(trx, facts);
}

/**
 * Gives an immutable id to a repository that was known by its name alone. Where another row has that id already, both are one repository:
 * the row with the id takes over links, polls and the entries of configurations.
 */
export async function identifyNamedRepository(
  trx: Transaction,
  { project_id, host }: Pick<SyncIntegration, 'project_id' | 'host'>,
  named: NamedRepository,
  externalId: string,
): Promise<void> {
  const [known] = await findRepositoriesByIds(trx, { project_id, host }, [externalId]);
  if (known === undefined) {
    await setExternalId(trx, named.id, externalId);
    return;
  }
  if (await joinRepositories(trx, named.id, known.id)) await renameInConfigurations(trx, known, named, known);
}
