import { git } from './git.ts';

export interface RepositoryName {
  owner: string;
  name: string;
}

/** The repository that an earlier step has checked out. */
export interface Checkout {
  folder: string;
  /** The repository that the remote `origin` names; null if that is not on a code host. */
  repository: RepositoryName | null;
  head: string;
}

/**
 * Reads the checkout in a folder. Returns null if nothing is checked out or git is missing, because `actions/checkout` then only copies
 * files.
 */
export async function openCheckout(folder: string): Promise<Checkout | null> {
  const head = (await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}']))?.trim();
  if (head === undefined) return null;
  const remote = await git(folder, ['config', '--get', 'remote.origin.url']);
  return { folder, repository: remote === null ? null : repositoryOf(remote.trim()), head };
}

/** Returns `owner/name` of a remote with an https or ssh address. Returns null for any other remote, such as a folder. */
export function repositoryOf(remote: string): RepositoryName | null {
  const path = /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(remote)?.[1] ?? /^[^/:]+:(?!\/\/)(.+)$/.exec(remote)?.[1];
  return path === undefined ? null : readRepositoryName(path.replace(/\/+$/, '').replace(/\.git$/, ''));
}

/** Splits `owner/name` into its parts. Returns null for any other text. */
export function readRepositoryName(text: string): RepositoryName | null {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(text) ?? [];
  return owner === undefined || name === undefined ? null : { owner, name };
}

/** Returns true if both names are of the same repository. GitHub ignores case in names of owners and repositories. */
export const isSameRepository = (a: RepositoryName, b: RepositoryName): boolean =>
  a.owner.toLowerCase() === b.owner.toLowerCase() && a.name.toLowerCase() === b.name.toLowerCase();
