import type { JsonObject } from '../json.ts';
import type { Urls } from '../view/urls.ts';
import type { Account, Repository } from './model.ts';
import type { World } from './world.ts';

/** Returns the organization that owns the repository, for its webhooks and payloads; null if a person owns it. */
export function organizationOf(repository: Repository): Account | null {
  return repository.owner.type === 'Organization' ? repository.owner : null;
}

/** Publishes a `repository` event. `body` contains the parts of the payload other than `repository` and `sender`. */
export function publishRepository(
  world: World,
  repository: Repository,
  sender: Account,
  action: string,
  body: (urls: Urls) => JsonObject = () => ({}),
): void {
  const organization = organizationOf(repository);
  world.publish({ event: 'repository', action, sender, repository, organization, body });
}
