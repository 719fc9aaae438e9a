import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AnalysisError } from '../errors.ts';
import { mergeBase, resolveCommit } from '../git/resolve-commit.ts';
import { listWorkingCopy } from '../git/working-copy.ts';
import type { AnalysisSource } from '../run/settings.ts';
import { type OpenedSource, writeSource } from './opened-source.ts';

export interface OpenFolderOptions {
  /** Commit, branch or tag to compare with; undefined for no comparison. */
  base: string | undefined;
  /** Private folder, in which the folder `base` is made. */
  folder: string;
  signal: AbortSignal;
  onProgress(step: string): void;
}

export interface OpenedFolder extends OpenedSource {
  /** Name of the repository for people: `owner/name` of its remote, else the folder's name. */
  repository: string;
  /** Root of the working copy, or the folder itself if it is not in one. Without symbolic links. */
  workTree: string;
}

/**
 * Opens a folder as it is, with its uncommitted changes. The base is the commit at which the checked out commit left
 * `base`. Throws `AnalysisError`.
 */
export async function openFolder(
  root: string,
  { base, folder, signal, onProgress }: OpenFolderOptions,
): Promise<OpenedFolder> {
  onProgress('Listing files');
  const copy = await listWorkingCopy(root, signal);
  const repository = copy?.remote == null ? basename(root) : repositoryNameOf(copy.remote);
  if (copy === null) {
    if (base !== undefined) {
      throw new AnalysisError(
        'source.not_a_repository',
        `${root} is not a git repository, so it has no base to compare with.`,
        { hint: 'Compare with nothing, or analyze a git repository.' },
      );
    }
    const head: AnalysisSource = { root, gitDirectory: null, commit: null };
    return { repository, workTree: await realpath(root), head, base: null };
  }
  const { gitDirectory, commit, paths, workTree } = copy;
  // Read no history for a folder inside a repository, because history names paths relative to the root.
  const head: AnalysisSource = { root, paths, gitDirectory: copy.folder === '' ? gitDirectory : null, commit };
  if (base === undefined) return { repository, workTree, head, base: null };
  const baseCommit = await resolveCommit(gitDirectory, base, signal);
  // Compare with the merge base, so that newer commits of the base branch do not count as changes of this branch.
  const forkPoint = commit === null ? null : await mergeBase(gitDirectory, baseCommit, commit, signal);
  onProgress('Writing the base');
  const { source } = await writeSource({
    gitDirectory,
    commit: forkPoint ?? baseCommit,
    folder: copy.folder,
    target: join(folder, 'base'),
    signal,
  });
  return { repository, workTree, head, base: source };
}

/** Returns the last two parts of an address, usually `owner/name`. */
export const repositoryNameOf = (address: string): string =>
  address
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/');
