import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a working copy is, and where its repository. */
export interface RepositoryFolder {
  /** The `.git` folder, or the `.git` file of a worktree or submodule: git takes either. */
  gitDirectory: string;
  workTree: string;
}

/**
 * The working copy that a folder belongs to; null where it belongs to none. Searched for here and not by git, so that it neither
 * matters who owns it (git would refuse another user's, as in most containers) nor what `core.worktree` of its configuration says.
 */
export async function findRepository(folder: string): Promise<RepositoryFolder | null> {
  for (let workTree = await realpath(folder); ; workTree = dirname(workTree)) {
    const gitDirectory = join(workTree, '.git');
    if (await isRepository(gitDirectory)) return { gitDirectory, workTree };
    if (dirname(workTree) === workTree) return null;
  }
}

const LONGEST_FILE = 8192;

async function isRepository(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() === true) {
    return stats.size <= LONGEST_FILE && (await readFile(path, 'utf8')).startsWith('gitdir: ');
  }
  // A link to a folder elsewhere, as some tools make it, is followed: git reads objects and names there, and runs nothing.
  return stats !== undefined && (await lstat(join(path, 'HEAD')).catch(() => undefined)) !== undefined;
}
