import { randomBytes } from 'node:crypto';
import { permissionOf } from './accounts.ts';
import type { FineGrained, Installation, Permission, Repository, Token } from './model.ts';
import type { World } from './world.ts';

const installationTokenLife = 3_600_000;

function randomSecret(): string {
  return randomBytes(27).toString('base64url').replace(/[-_]/g, 'x');
}

export interface NewToken {
  login: string;
  /** Scopes of the token, which make it a classic token. Default: `repo`, `read:org`, `admin:repo_hook`, `read:project`. */
  scopes?: readonly string[];
  /** Permissions of the token, which make it a fine-grained token. */
  permissions?: FineGrained;
  /** Full names of the repositories that a fine-grained token can access. Default: all repositories. */
  repositories?: readonly string[];
  /** Text of the token. Default: a random text. */
  token?: string;
  expiresAt?: Date;
}

export function addToken(world: World, input: NewToken): Token {
  const fineGrained = input.permissions !== undefined;
  const token: Token = {
    value: input.token ?? `${fineGrained ? 'github_pat_' : 'ghp_'}${randomSecret()}`,
    kind: fineGrained ? 'fine_grained' : 'classic',
    account: world.account(input.login),
    scopes: fineGrained ? [] : (input.scopes ?? ['repo', 'read:org', 'admin:repo_hook', 'read:project']),
    permissions: { metadata: 'read', ...input.permissions },
    repositoryIds:
      input.repositories === undefined ? null : new Set(input.repositories.map((name) => world.repository(name).id)),
    installation: null,
    expiresAt: input.expiresAt?.getTime() ?? null,
    revoked: false,
  };
  world.tokens.set(token.value, token);
  return token;
}

/** Creates a token of an installation, which is valid for one hour and has at most the installation's permissions. */
export function issueInstallationToken(
  world: World,
  installation: Installation,
  permissions: FineGrained,
  repositoryIds: ReadonlySet<number> | null,
): Token & { readonly expiresAt: number } {
  const token = {
    value: `ghs_${randomSecret()}`,
    kind: 'installation' as const,
    account: installation.app.bot,
    scopes: [],
    permissions: { metadata: 'read' as const, ...permissions },
    repositoryIds,
    installation,
    expiresAt: world.now() + installationTokenLife,
    revoked: false,
  };
  world.tokens.set(token.value, token);
  return token;
}

/** Returns true if the installation can see the repository. */
export function covers(installation: Installation, repository: Repository): boolean {
  if (repository.owner !== installation.account) return false;
  return installation.repositoryIds?.has(repository.id) ?? true;
}

/** Returns every repository that the installation can see, oldest first. */
export function coveredBy(world: World, installation: Installation): Repository[] {
  return [...world.repositories.values()].filter((repository) => covers(installation, repository));
}

/**
 * Returns the permission of the token's owner in the repository, before the token's own scopes or permissions; `null` if the owner cannot
 * see it.
 */
export function reach(token: Token, repository: Repository): Permission | null {
  if (token.repositoryIds !== null && !token.repositoryIds.has(repository.id)) {
    return repository.isPrivate ? null : 'read';
  }
  if (token.installation !== null) {
    if (covers(token.installation, repository)) return 'admin';
    return repository.isPrivate ? null : 'read';
  }
  if (token.kind === 'classic' && repository.isPrivate && !token.scopes.includes('repo')) return null;
  return permissionOf(token.account, repository);
}
