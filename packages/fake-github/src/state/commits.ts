import type { Repository } from './model.ts';
import type { World } from './world.ts';

/** Adds a commit on top of another. An existing commit stays unchanged. */
export function addCommit(world: World, repository: Repository, parent: string | null, sha = world.sha()): string {
  if (!repository.commits.has(sha)) repository.commits.set(sha, parent);
  return sha;
}

/** Returns the newest commit of the default branch. */
export function headOf(repository: Repository): string {
  return repository.branches.get(repository.defaultBranch) ?? '';
}

/** Returns the commit that a branch name or a commit id refers to. */
export function findCommit(repository: Repository, name: string): string | undefined {
  return repository.branches.get(name) ?? (repository.commits.has(name) ? name : undefined);
}

/** Returns the commit and all its ancestors, newest first. */
function historyOf(repository: Repository, sha: string): string[] {
  const history: string[] = [];
  for (let at: string | null = sha; at !== null; at = repository.commits.get(at) ?? null) history.push(at);
  return history;
}

export interface Comparison {
  readonly mergeBase: string;
  /** Commits that are in the head and not in the base, oldest first. */
  readonly ahead: readonly string[];
  readonly behindBy: number;
}

/** Compares two commits. Returns undefined if they have no commit in common. */
export function compareCommits(repository: Repository, base: string, head: string): Comparison | undefined {
  const ofBase = historyOf(repository, base);
  const ofHead = historyOf(repository, head);
  const mergeBase = ofHead.find((sha) => ofBase.includes(sha));
  if (mergeBase === undefined) return undefined;
  const ahead = ofHead.slice(0, ofHead.indexOf(mergeBase)).reverse();
  return { mergeBase, ahead, behindBy: ofBase.indexOf(mergeBase) };
}
