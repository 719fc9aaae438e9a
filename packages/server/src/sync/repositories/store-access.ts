import type { Transaction } from '../../database/database.ts';
import type { RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { saveRepository } from '../../integrations/repositories/save-repository-queries.ts';
import { databaseTime } from '../../tasks/task-queries.ts';
import type { RepositoryAccess } from '../diagnose-failure.ts';
import type { SyncIntegration } from '../inbound/incoming-change.ts';
import { refuseRepository } from './repository-access.ts';
import { factsSeenNow } from './repository-facts.ts';

/** Stores that a repository refuses requests or has another name. Also stores the repository that has taken its name, if there is one. */
export async function storeAccess(
  trx: Transaction,
  integration: SyncIntegration,
  repository: Pick<RepositoryRow, 'id'>,
  access: Extract<RepositoryAccess, { kind: 'repository_refused' | 'repository_renamed' }>,
): Promise<void> {
  if (access.kind === 'repository_refused') await refuseRepository(trx, repository, access.refusal);
  const seen = access.kind === 'repository_renamed' ? access.repository : access.takenBy;
  if (seen !== undefined) await saveRepository(trx, factsSeenNow(integration, seen, await databaseTime(trx)));
}
