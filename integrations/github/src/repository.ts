import type { ExternalRepository } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import { Id } from './numbers.ts';

/**
 * The fields that we use of a repository. Only its identity is required. The other fields have any type here and are ignored if they are
 * invalid, because a payload must not fail because of a field that its event does not need.
 */
export const RepositorySchema = Type.Object({
  id: Id,
  name: Type.String({ minLength: 1 }),
  owner: Type.Object({ login: Type.String({ minLength: 1 }) }),
  node_id: Type.Optional(Type.Unknown()),
  default_branch: Type.Optional(Type.Unknown()),
  clone_url: Type.Optional(Type.Unknown()),
  archived: Type.Optional(Type.Unknown()),
  has_issues: Type.Optional(Type.Unknown()),
  /** The roles of the token's user in the repository. Only API responses contain them. */
  permissions: Type.Optional(Type.Unknown()),
});

export function toRepository(repository: Static<typeof RepositorySchema>): ExternalRepository {
  const { id, name, owner, node_id, default_branch, clone_url, archived, has_issues, permissions } = repository;
  const writable = mayWrite(permissions);
  return {
    owner: owner.login,
    name,
    externalId: String(id),
    ...(isText(node_id) ? { handle: node_id } : {}),
    ...(isText(default_branch) ? { defaultBranch: default_branch } : {}),
    ...(isText(clone_url) ? { cloneUrl: clone_url } : {}),
    ...(typeof archived === 'boolean' ? { archived } : {}),
    ...(typeof has_issues === 'boolean' ? { itemsDisabled: !has_issues } : {}),
    ...(writable === undefined ? {} : { writable }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const writingRoles = ['admin', 'maintain', 'push', 'triage'] as const;
type Roles = Partial<Record<(typeof writingRoles)[number], unknown>>;

/** Returns true if a role allows writing, or undefined if GitHub reports no roles. */
function mayWrite(permissions: unknown): boolean | undefined {
  if (typeof permissions !== 'object' || permissions === null) return undefined;
  const roles: Roles = permissions;
  const grants = writingRoles.map((role) => roles[role]).filter((granted) => typeof granted === 'boolean');
  return grants.length === 0 ? undefined : grants.includes(true);
}
