import type { RepositoryRef } from '@commandcenter/integration-kit';

/** Most repositories that a message names; the others are only counted. */
const NAMED_REPOSITORIES = 3;

/** Returns the repositories that a configuration names in `repositories`, without entries that are not `owner/name`. */
export function namedRepositories({ repositories }: Record<string, unknown>): RepositoryRef[] {
  if (!Array.isArray(repositories)) return [];
  return repositories.flatMap((entry) => {
    const [owner = '', name = '', ...rest] = String(entry).split('/');
    return owner === '' || name === '' || rest.length > 0 ? [] : [{ owner, name }];
  });
}

/** Returns the repositories that the changed configuration names and the previous one did not, regardless of letter case. */
export function addedRepositories(before: Record<string, unknown>, after: Record<string, unknown>): RepositoryRef[] {
  const keyOf = ({ owner, name }: RepositoryRef): string => `${owner}/${name}`.toLowerCase();
  const known = new Set(namedRepositories(before).map(keyOf));
  return namedRepositories(after).filter((repository) => !known.has(keyOf(repository)));
}

/** Joins names of repositories for a message: `a/b, a/c, a/d and 4 more`. */
export function listed(repositories: readonly string[]): string {
  const more = repositories.length - NAMED_REPOSITORIES;
  const named = repositories.slice(0, NAMED_REPOSITORIES).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
