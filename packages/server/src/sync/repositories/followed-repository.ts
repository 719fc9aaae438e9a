import type { ExternalRepository } from '@commandcenter/integration-kit';
import type { Database } from '../../database/database.ts';
import { conflict } from '../../errors.ts';
import {
  findRepositories,
  findRepositoriesByIds,
  type RepositoryRow,
} from '../../integrations/repositories/repository-queries.ts';
import type { SyncIntegration } from '../inbound/incoming-change.ts';

/** Returns the row of a repository that the provider describes, by its immutable id, or by its name if no id is known. */
export async function findKnownRepository(
  db: Database,
  { project_id, host }: Pick<SyncIntegration, 'project_id' | 'host'>,
  { owner, name, externalId }: ExternalRepository,
): Promise<RepositoryRow | undefined> {
  const [identified] =
    externalId === undefined ? [] : await findRepositoriesByIds(db, { project_id, host }, [externalId]);
  if (identified !== undefined) return identified;
  const named = await findRepositories(db, [{ project_id, owner, name }]);
  return named.find((row) => row.host === host && (externalId === undefined || row.external_id === null));
}

/**
 * Throws ApiError 409 that names the follower if an older integration of the project follows the repository, because only one integration
 * may bring in its items.
 */
export async function requireFollower(
  db: Database,
  integration: SyncIntegration,
  repository: ExternalRepository,
): Promise<void> {
  const follower = (await findKnownRepository(db, integration, repository))?.integration_id ?? null;
  // An integration that is older than the follower takes the repository over, as it does when it delivers an event.
  if (follower === null || follower >= integration.id) return;
  throw conflict(
    `${repository.owner}/${repository.name} is followed by integration ${follower} of this project, so its items are not brought in twice. Use that integration.`,
    'integration.overlap',
  );
}
