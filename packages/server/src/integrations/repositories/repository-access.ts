import type { IntegrationRow } from '../integration-queries.ts';
import { namedRepositories } from './named-repositories.ts';
import type { RepositoryRow } from './repository-queries.ts';

type GrantedRepository = Pick<RepositoryRow, 'owner' | 'name' | 'host' | 'name_lost_at' | 'registered' | 'granted_to'>;

/**
 * Returns true if the integration's credential may be used for the repository: an owner registered it, `config.repositories` names it,
 * or, if that list is empty, a verified delivery, an import or a link of the integration named it. Returns false if another repository
 * has taken its name, because requests use the name.
 */
export function mayUseCredential(
  { id, host, config }: Pick<IntegrationRow, 'id' | 'host' | 'config'>,
  repository: GrantedRepository,
): boolean {
  if (repository.name_lost_at !== null) return false;
  if (repository.host !== '' && repository.host !== host) return false;
  if (repository.registered) return true;
  const named = namedRepositories(config);
  if (named.length === 0) return repository.granted_to.includes(id);
  const wanted = `${repository.owner}/${repository.name}`.toLowerCase();
  return named.some(({ owner, name }) => `${owner}/${name}`.toLowerCase() === wanted);
}
