import { git } from './git.ts';

export interface RepositoryName {
  owner: string;
  name: string;
}

/** The repository that a step before this one has checked out. */
export interface Checkout {
  folder: string;
  /** Null: its remote is none of a code host. */
  repository: RepositoryName | null;
  head: string;
}

/** Null where nothing is checked out, or without git: `actions/checkout` then leaves the files alone. */
export async function openCheckout(folder: string): Promise<Checkout | null> {
  const head = (await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}']))?.trim();
  if (head === undefined) return null;
  const remote = await git(folder, ['config', '--get', 'remote.origin.url']);
  return { folder, repository: remote === null ? null : repositoryOf(remote.trim()), head };
}

/** `owner/name` of a remote: https, ssh, or the short form of ssh. Null for all others, a folder for example. */
export function repositoryOf(remote: string): RepositoryName | null {
  const path = /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(remote)?.[1] ?? /^[^/:]+:(?!\/\/)(.+)$/.exec(remote)?.[1];
  return path === undefined ? null : readRepositoryName(path.replace(/\/+$/, '').replace(/\.git$/, ''));
}

/** Null unless the text is `owner/name`. */
export function readRepositoryName(text: string): RepositoryName | null {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(text) ?? [];
  return owner === undefined || name === undefined ? null : { owner, name };
}

/** Names differ at GitHub by more than their case. */
export const isSameRepository = (a: RepositoryName, b: RepositoryName): boolean =>
  a.owner.toLowerCase() === b.owner.toLowerCase() && a.name.toLowerCase() === b.name.toLowerCase();
