import { realpath, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { AnalysisError } from '../errors.ts';
import { treeLimits } from '../tree/tree-limits.ts';
import { hasChanges } from './has-changes.ts';
import { withoutPassword } from './remote-url.ts';
import { findRepository, type RepositoryFolder } from './repository-folder.ts';
import { findCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';
import { splitRecords } from './split-records.ts';
import { streamGit } from './stream-git.ts';

export interface WorkingCopy {
  gitDirectory: string;
  /** Root of the working copy, without symbolic links. */
  workTree: string;
  /** The commit that is checked out; null before the first commit. */
  commit: string | null;
  /** True if the folder differs from the commit: changed, deleted or untracked files. */
  dirty: boolean;
  /**
   * Paths of files that are tracked, or neither tracked nor ignored, relative to the given folder. Deleted files are
   * included.
   */
  paths: string[];
  /** URL of `origin` without credentials; null if there is none. */
  remote: string | null;
  /** Path of the given folder within the working copy, in the form for `writeTree`; '' for its root. */
  folder: string;
}

/** Maximum number of listed paths: it leaves room for untracked and deleted files in addition to the tracked ones. */
const MAX_PATHS = 4 * treeLimits.files;

/**
 * Lists the files of a folder in a working copy. Returns null if it belongs to no repository or the repository ignores
 * it, so that the caller takes all its files. A bare repository is not a working copy.
 */
export async function listWorkingCopy(root: string, signal: AbortSignal): Promise<WorkingCopy | null> {
  const cwd = await realpath(root).catch((cause) => {
    throw new AnalysisError('source.not_found', `There is no folder ${root}.`, { cause });
  });
  if (!(await stat(cwd)).isDirectory()) {
    throw new AnalysisError('source.not_a_folder', `${root} is no folder.`, { hint: 'Analyze the folder it is in.' });
  }
  const repository = await findRepository(cwd);
  if (repository === null) return null;
  const { gitDirectory, workTree } = repository;
  const tracked = await listFiles(['--cached'], repository, cwd, signal);
  const untracked = await listFiles(['--others', '--exclude-standard'], repository, cwd, signal);
  const folder = relative(workTree, cwd).split(sep).join('/');
  const paths = [...new Set([...tracked, ...untracked])];
  if (paths.length === 0 && folder !== '') return null;
  const commit = await findCommit(gitDirectory, 'HEAD', signal);
  const dirty = commit === null || untracked.length > 0 || (await hasChanges(repository, commit, signal));
  return { gitDirectory, workTree, commit, dirty, paths, remote: await remoteOf(gitDirectory, signal), folder };
}

async function listFiles(
  which: string[],
  { gitDirectory, workTree }: RepositoryFolder,
  cwd: string,
  signal: AbortSignal,
): Promise<string[]> {
  const paths: string[] = [];
  for await (const records of splitRecords(
    streamGit(['ls-files', '-z', ...which], { gitDirectory, workTree, cwd, signal }),
  )) {
    for (const record of records) paths.push(record.toString('utf8'));
    if (paths.length > MAX_PATHS) {
      throw new AnalysisError('source.too_many_files', `The working copy has more than ${MAX_PATHS} files.`, {
        hint: 'Analyze a folder of it, or ignore what is generated.',
      });
    }
  }
  return paths;
}

async function remoteOf(gitDirectory: string, signal: AbortSignal): Promise<string | null> {
  const { exitCode, output } = await runGit(['config', '--get', 'remote.origin.url'], {
    gitDirectory,
    exitCodes: [0, 1],
    signal,
  });
  return exitCode === 0 ? withoutPassword(output.toString('utf8').trim()) : null;
}
