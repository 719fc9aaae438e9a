import { FixtureError } from '../errors.ts';
import type { Account, Permission, Repository } from './model.ts';
import type { World } from './world.ts';

const prefixes: Record<Account['type'], string> = { User: 'U', Organization: 'O', Bot: 'BOT' };

export function addAccount(
  world: World,
  login: string,
  type: Account['type'],
  options: { name?: string; members?: Readonly<Record<string, 'admin' | 'member'>> } = {},
): Account {
  if (world.findAccount(login) !== undefined) {
    throw new FixtureError('already_exists', `There is an account ${login} already.`, 'Logins ignore case.');
  }
  const id = world.nextId();
  const account: Account = {
    id,
    nodeId: world.nodeId(prefixes[type], id),
    login,
    type,
    name: options.name ?? null,
    createdAt: world.timestamp(),
    members: new Map(Object.entries(options.members ?? {}).map(([member, role]) => [member.toLowerCase(), role])),
  };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

/** Returns the permission of an account in a repository; `null` means that it cannot even see it. */
export function permissionOf(account: Account, repository: Repository): Permission | null {
  if (account === repository.owner) return 'admin';
  const login = account.login.toLowerCase();
  const role = repository.owner.members.get(login);
  if (role === 'admin') return 'admin';
  const direct = repository.collaborators.get(login);
  if (direct !== undefined) return direct;
  if (role === 'member') return 'write';
  return repository.isPrivate ? null : 'read';
}

/** Returns true if issues of the repository can be assigned to the account, which requires triage access. */
export function isAssignable(account: Account, repository: Repository): boolean {
  if (account.type !== 'User') return false;
  const permission = permissionOf(account, repository);
  return permission !== null && permission !== 'read';
}

/** Returns true if the account can see what belongs to the owner alone, such as its projects. */
export function isMember(owner: Account, account: Account): boolean {
  return owner === account || owner.members.has(account.login.toLowerCase());
}
