import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { stripControlCharacters } from '../output.ts';

const MAX_GIT_FILE_BYTES = 8192;

/**
 * Returns the root of a working copy as a path without symbolic links. Throws `CliError` for any other folder: GitHub resolves `uses: ./…`
 * from the root of the checkout, so the Action would not be found anywhere else.
 */
export async function openTargetRepository(folder: string): Promise<string> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) throw usageError('action.not_a_folder', `There is no folder ${folder}.`);
  if (!(await stat(root)).isDirectory()) throw usageError('action.not_a_folder', `${folder} is not a folder.`);
  if (await isWorkingCopy(root)) return root;
  if (await isBare(root)) {
    throw usageError(
      'action.bare_repository',
      `${folder} is a bare repository, which has no files. Clone it and give the folder of the clone.`,
    );
  }
  const outer = await findWorkingCopyAbove(root);
  if (outer !== undefined) {
    throw usageError(
      'action.not_the_root',
      `${folder} is inside the repository ${outer}. GitHub looks for the Action from its root, so give the folder ${outer}.`,
    );
  }
  throw usageError(
    'action.not_a_repository',
    `${folder} is not a git repository. Give the folder of a clone, or run \`git init\` there first.`,
  );
}

/** True if the folder contains a `.git` folder, or the `.git` file of a worktree or submodule. */
async function isWorkingCopy(folder: string): Promise<boolean> {
  const path = join(folder, '.git');
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) {
    return stats.size <= MAX_GIT_FILE_BYTES && (await readFile(path, 'utf8')).startsWith('gitdir: ');
  }
  return stats?.isDirectory() === true && (await exists(join(path, 'HEAD')));
}

const isBare = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, 'HEAD'))) &&
  (await exists(join(folder, 'objects'))) &&
  (await exists(join(folder, 'refs')));

async function findWorkingCopyAbove(folder: string): Promise<string | undefined> {
  for (let above = dirname(folder); ; above = dirname(above)) {
    if (await isWorkingCopy(above)) return above;
    if (dirname(above) === above) return undefined;
  }
}

/**
 * Throws `CliError` unless every part of the path is a folder and its end is a file or absent. Symbolic links are refused, because they
 * could lead out of the repository, and git commits nothing behind one.
 */
export async function assertWritablePath(root: string, path: string): Promise<void> {
  const names = path.split('/');
  for (let count = 1; count <= names.length; count += 1) {
    const part = names.slice(0, count).join('/');
    const stats = await lstat(join(root, part)).catch(() => undefined);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) {
      throw usageError(
        'action.link',
        `${part} is a symbolic link, which git does not follow. Replace it with a real ${count === names.length ? 'file' : 'folder'}, or remove it.`,
      );
    }
    const hasRightType = count === names.length ? stats.isFile() : stats.isDirectory();
    if (!hasRightType) {
      throw usageError(
        'action.in_the_way',
        `${part} exists and is not a ${count === names.length ? 'file' : 'folder'}. Move it and try again.`,
      );
    }
  }
}

/** A path that cannot be looked at counts as missing, and the error that follows names it. */
const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const usageError = (code: string, message: string): CliError => new CliError(code, 2, stripControlCharacters(message));
