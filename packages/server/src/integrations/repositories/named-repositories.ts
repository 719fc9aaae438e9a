import type { RepositoryRef } from '@commandcenter/integration-kit';

/** Repositories that a sentence names; the rest is counted. */
const NAMED_REPOSITORIES = 3;

/** The repositories that a configuration names in `repositories`, without entries that are no owner/name. */
export function namedRepositories({ repositories }: Record<string, unknown>): RepositoryRef[] {
  if (!Array.isArray(repositories)) return [];
  return repositories.flatMap((entry) => {
    const [owner = '', name = '', ...rest] = String(entry).split('/');
    return owner === '' || name === '' || rest.length > 0 ? [] : [{ owner, name }];
  });
}

/** Those that a changed configuration names and the one before it did not; letter case makes no difference. */
export function addedRepositories(before: Record<string, unknown>, after: Record<string, unknown>): RepositoryRef[] {
  const keyOf = ({ owner, name }: RepositoryRef): string => `${owner}/${name}`.toLowerCase();
  const known = new Set(namedRepositories(before).map(keyOf));
  return namedRepositories(after).filter((repository) => !known.has(keyOf(repository)));
}

/** `a/b, a/c, a/d and 4 more`. */
export function listed(repositories: readonly string[]): string {
  const more = repositories.length - NAMED_REPOSITORIES;
  const named = repositories.slice(0, NAMED_REPOSITORIES).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
