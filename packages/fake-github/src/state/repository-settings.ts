import { simpleUser } from '../view/account.ts';
import { isAssignable } from './accounts.ts';
import { changeIssue } from './issues.ts';
import type { Account, Permission, Repository } from './model.ts';
import { organizationOf, publishRepository } from './repository-events.ts';
import type { World } from './world.ts';

/** Archives or unarchives a repository. While it is archived, every write is refused with 403. */
export function setArchived(world: World, repository: Repository, archived: boolean, sender: Account): void {
  if (repository.archived === archived) return;
  repository.archived = archived;
  repository.updatedAt = world.timestamp();
  publishRepository(world, repository, sender, archived ? 'archived' : 'unarchived');
}

/**
 * Enables or disables issues. The event `repository.edited` has empty `changes`, because GitHub's description has no entry for this
 * setting.
 */
export function setIssuesEnabled(world: World, repository: Repository, enabled: boolean, sender: Account): void {
  if (repository.hasIssues === enabled) return;
  repository.hasIssues = enabled;
  repository.updatedAt = world.timestamp();
  publishRepository(world, repository, sender, 'edited', () => ({ changes: {} }));
}

export function setVisibility(world: World, repository: Repository, isPrivate: boolean, sender: Account): void {
  if (repository.isPrivate === isPrivate) return;
  repository.isPrivate = isPrivate;
  repository.updatedAt = world.timestamp();
  publishRepository(world, repository, sender, isPrivate ? 'privatized' : 'publicized');
}

/** Maps the four permissions to the three words that `member` events use. */
const legacyPermissions = { read: 'read', triage: 'read', write: 'write', admin: 'admin' } as const;

/**
 * Sets or removes the role of a collaborator. Owners and members of the owning organization keep the access that they have without it.
 * GitHub unassigns a removed collaborator from the repository's issues:
 * https://docs.github.com/rest/collaborators/collaborators#remove-a-repository-collaborator
 */
export function setCollaborator(
  world: World,
  repository: Repository,
  account: Account,
  permission: Permission | null,
  sender: Account,
): void {
  const key = account.login.toLowerCase();
  const former = repository.collaborators.get(key) ?? null;
  if (former === permission) return;
  if (permission === null) repository.collaborators.delete(key);
  else repository.collaborators.set(key, permission);
  const action = former === null ? 'added' : permission === null ? 'removed' : 'edited';
  const from = former === null ? null : legacyPermissions[former];
  const to = permission === null ? null : legacyPermissions[permission];
  const changes = {
    added: { permission: { to }, role_name: { to: permission } },
    edited: { permission: { from, to } },
  };
  world.publish({
    event: 'member',
    action,
    sender,
    repository,
    organization: organizationOf(repository),
    body: (urls) => ({
      member: simpleUser(account, urls),
      ...(action === 'removed' ? {} : { changes: changes[action] }),
    }),
  });
  if (permission === null && !isAssignable(account, repository)) unassignEverywhere(world, repository, account, sender);
}

function unassignEverywhere(world: World, repository: Repository, account: Account, sender: Account): void {
  for (const issue of repository.issues.values()) {
    if (!issue.assignees.includes(account)) continue;
    const assignees = issue.assignees.filter((other) => other !== account).map(({ login }) => login);
    changeIssue(world, issue, sender, { assignees });
  }
}
