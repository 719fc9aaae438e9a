import type { JsonObject } from '../json.ts';
import type { Urls } from '../view/urls.ts';
import type { Account, Repository } from './model.ts';
import type { World } from './world.ts';

/** The organization that owns the repository, for its webhooks and payloads. */
export function organizationOf(repository: Repository): Account | null {
  return repository.owner.type === 'Organization' ? repository.owner : null;
}

/** Publishes a `repository` event; `body` gives the payload's parts next to `repository` and `sender`. */
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
