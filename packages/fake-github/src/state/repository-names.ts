import { FixtureError } from '../errors.ts';
import { simpleOrganization, simpleUser } from '../view/account.ts';
import type { Account, Repository } from './model.ts';
import { publishRepository } from './repository-events.ts';
import { fullName, type World } from './world.ts';

/** Gives a name to a repository. If it was a former name of another repository, it stops redirecting to that one. */
export function claimName(world: World, id: number, owner: Account, name: string): void {
  const key = `${owner.login}/${name}`.toLowerCase();
  const holder = world.findRepository(key);
  if (holder !== undefined && holder.id !== id && fullName(holder).toLowerCase() === key) {
    throw new FixtureError('already_exists', `There is a repository ${key} already.`, 'Names ignore case.');
  }
  world.repositoryNames.set(key, id);
}

/** Renames a repository. The former name redirects with 301 until another repository takes it. */
export function renameRepository(world: World, repository: Repository, name: string, sender: Account): void {
  const former = repository.name;
  if (former === name) return;
  claimName(world, repository.id, repository.owner, name);
  repository.name = name;
  repository.updatedAt = world.timestamp();
  repository.revision += 1;
  publishRepository(world, repository, sender, 'renamed', () => ({
    changes: { repository: { name: { from: former } } },
  }));
}

/**
 * Moves a repository to another account with its issues, webhooks and collaborators. A person who transfers a repository stays as a
 * collaborator, and installations of the former owner lose it:
 * https://docs.github.com/en/repositories/creating-and-managing-repositories/transferring-a-repository
 */
export function transferRepository(world: World, repository: Repository, owner: Account, sender: Account): void {
  const former = repository.owner;
  if (former === owner) return;
  claimName(world, repository.id, owner, repository.name);
  repository.owner = owner;
  repository.updatedAt = world.timestamp();
  repository.revision += 1;
  repository.collaborators.delete(owner.login.toLowerCase());
  if (former.type === 'User') repository.collaborators.set(former.login.toLowerCase(), 'write');
  for (const installation of world.installations.values()) {
    if (installation.repositoryIds?.has(repository.id) !== true) continue;
    installation.repositoryIds = new Set([...installation.repositoryIds].filter((id) => id !== repository.id));
  }
  publishRepository(world, repository, sender, 'transferred', (urls) => {
    const from =
      former.type === 'Organization'
        ? { organization: simpleOrganization(former, urls) }
        : { user: simpleUser(former, urls) };
    return { changes: { owner: { from } } };
  });
}

/** Deletes the repository under all its names, which are then free for another one. */
export function deleteRepository(world: World, repository: Repository, sender: Account): void {
  world.repositories.delete(repository.id);
  for (const [name, id] of world.repositoryNames) if (id === repository.id) world.repositoryNames.delete(name);
  publishRepository(world, repository, sender, 'deleted');
}
