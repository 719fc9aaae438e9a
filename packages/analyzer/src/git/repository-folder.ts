import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Paths of a working copy and its repository. */
export interface RepositoryFolder {
  /** The `.git` folder, or the `.git` file of a worktree or submodule; git accepts either. */
  gitDirectory: string;
  workTree: string;
}

/**
 * Finds the working copy that contains a folder; null if there is none. git is not used for this, because it would
 * reject repositories of another user, as in most containers, and obey `core.worktree` of the repository's
 * configuration.
 */
export async function findRepository(folder: string): Promise<RepositoryFolder | null> {
  for (let workTree = await realpath(folder); ; workTree = dirname(workTree)) {
    const gitDirectory = join(workTree, '.git');
    if (await isRepository(gitDirectory)) return { gitDirectory, workTree };
    if (dirname(workTree) === workTree) return null;
  }
}

const MAX_FILE_LENGTH = 8192;

/** A path that cannot be looked at is no repository, which the caller reports. */
async function isRepository(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() === true) {
    return stats.size <= MAX_FILE_LENGTH && (await readFile(path, 'utf8')).startsWith('gitdir: ');
  }
  // Follow a symbolic link to a repository, as some tools create it: git only reads objects and refs there.
  return stats !== undefined && (await lstat(join(path, 'HEAD')).catch(() => undefined)) !== undefined;
}
