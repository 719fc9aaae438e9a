import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { clean } from '../output.ts';

const LONGEST_GIT_FILE = 8192;

/**
 * The root of a working copy, without links on the way to it. Throws `CliError` for anything else: GitHub looks for `uses: ./…` from the root
 * of what is checked out, so that nowhere else the Action would be found.
 */
export async function openTargetRepository(folder: string): Promise<string> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) throw wrong('action.not_a_folder', `There is no folder ${folder}.`);
  if (!(await stat(root)).isDirectory()) throw wrong('action.not_a_folder', `${folder} is not a folder.`);
  if (await isWorkingCopy(root)) return root;
  if (await isBare(root)) {
    throw wrong(
      'action.bare_repository',
      `${folder} is a bare repository, which has no files. Clone it, and name the clone.`,
    );
  }
  const outer = await findWorkingCopyAbove(root);
  if (outer !== undefined) {
    throw wrong(
      'action.not_the_root',
      `${folder} is a folder inside of the repository ${outer}. GitHub looks for the Action from the root: name ${outer}.`,
    );
  }
  throw wrong(
    'action.not_a_repository',
    `${folder} is not a git repository. Name the folder of a clone, or run \`git init\` there first.`,
  );
}

/** A `.git` folder, or the `.git` file of a worktree or submodule. */
async function isWorkingCopy(folder: string): Promise<boolean> {
  const path = join(folder, '.git');
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) {
    return stats.size <= LONGEST_GIT_FILE && (await readFile(path, 'utf8')).startsWith('gitdir: ');
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
 * Sees that a file of the repository can be written: only folders on the way, only a file or nothing at its end. A link would take the
 * Action out of the repository, and git keeps nothing that lies behind one.
 */
export async function assertOwnPath(root: string, path: string): Promise<void> {
  const names = path.split('/');
  for (let count = 1; count <= names.length; count += 1) {
    const part = names.slice(0, count).join('/');
    const stats = await lstat(join(root, part)).catch(() => undefined);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) {
      throw wrong(
        'action.link',
        `${part} is a symbolic link, which git does not follow. Put a real ${count === names.length ? 'file' : 'folder'} there, or remove it.`,
      );
    }
    const isRight = count === names.length ? stats.isFile() : stats.isDirectory();
    if (!isRight) {
      throw wrong(
        'action.in_the_way',
        `${part} is in the way: it is not a ${count === names.length ? 'file' : 'folder'}. Move it, and try again.`,
      );
    }
  }
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const wrong = (code: string, message: string): CliError => new CliError(code, 2, clean(message));
