import { FixtureError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { installationView, installedRepository } from '../view/app.ts';
import type { Account, App, Installation, Repository } from './model.ts';
import { coveredBy } from './tokens.ts';
import type { World } from './world.ts';

function publish(
  world: World,
  installation: Installation,
  sender: Account,
  event: 'installation' | 'installation_repositories',
  action: string,
  body: JsonObject,
): void {
  world.publish({
    event,
    action,
    sender,
    repository: null,
    organization: null,
    installation,
    body: (urls) => ({ installation: installationView(installation, urls), ...body }),
  });
}

function repositoriesOf(world: World, installation: Installation): JsonObject[] {
  return coveredBy(world, installation).map(installedRepository);
}

/** Installs an app on an account. `repositories` contains full names; undefined means all repositories of the account. */
export function addInstallation(
  world: World,
  app: App,
  login: string,
  repositories: readonly string[] | undefined,
  sender: Account,
): Installation {
  const id = world.nextId();
  const now = world.timestamp();
  const installation: Installation = {
    id,
    nodeId: world.nodeId('MDIz', id),
    app,
    account: world.account(login),
    repositoryIds: repositories === undefined ? null : new Set(repositories.map((name) => world.repository(name).id)),
    suspendedAt: null,
    suspendedBy: null,
    createdAt: now,
    updatedAt: now,
  };
  world.installations.set(id, installation);
  publish(world, installation, sender, 'installation', 'created', {
    repositories: repositoriesOf(world, installation),
    requester: null,
  });
  return installation;
}

/** Removes the installation and revokes its tokens. */
export function removeInstallation(world: World, installation: Installation, sender: Account): void {
  if (!world.installations.delete(installation.id)) return;
  for (const token of world.tokens.values()) if (token.installation === installation) token.revoked = true;
  publish(world, installation, sender, 'installation', 'deleted', {
    repositories: repositoriesOf(world, installation),
  });
}

export function suspendInstallation(world: World, installation: Installation, sender: Account): void {
  if (installation.suspendedAt !== null) return;
  installation.suspendedAt = world.timestamp();
  installation.suspendedBy = sender;
  installation.updatedAt = installation.suspendedAt;
  publish(world, installation, sender, 'installation', 'suspend', {
    repositories: repositoriesOf(world, installation),
  });
}

export function unsuspendInstallation(world: World, installation: Installation, sender: Account): void {
  if (installation.suspendedAt === null) return;
  installation.suspendedAt = null;
  installation.suspendedBy = null;
  installation.updatedAt = world.timestamp();
  publish(world, installation, sender, 'installation', 'unsuspend', {
    repositories: repositoriesOf(world, installation),
  });
}

/**
 * Adds and removes repositories of an installation. If it is for all repositories, removing one turns it into an installation for the
 * remaining ones.
 */
export function changeInstallationRepositories(
  world: World,
  installation: Installation,
  change: { add: readonly Repository[]; remove: readonly Repository[] },
  sender: Account,
): void {
  const before = coveredBy(world, installation);
  const added = change.add.filter((repository) => !before.includes(repository));
  const removed = change.remove.filter((repository) => before.includes(repository));
  const foreign = added.find((repository) => repository.owner !== installation.account);
  if (foreign !== undefined) {
    const hint = `Add repositories of ${installation.account.login}.`;
    throw new FixtureError('wrong_argument', 'An installation covers repositories of its own account.', hint);
  }
  if (added.length + removed.length === 0) return;
  const after = new Set([...before, ...added].map(({ id }) => id));
  for (const { id } of removed) after.delete(id);
  installation.repositoryIds = after;
  installation.updatedAt = world.timestamp();
  const publishChange = (action: 'added' | 'removed'): void =>
    publish(world, installation, sender, 'installation_repositories', action, {
      repository_selection: 'selected',
      repositories_added: action === 'added' ? added.map(installedRepository) : [],
      repositories_removed: action === 'removed' ? removed.map(installedRepository) : [],
      requester: null,
    });
  if (added.length > 0) publishChange('added');
  if (removed.length > 0) publishChange('removed');
}
