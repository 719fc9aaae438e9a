import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositoryFolder } from './repository-folder.ts';
import { runGit, runGitLine } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/**
 * Returns whether tracked files differ from the commit. For this, git may convert files as `.gitattributes` says, with
 * programs (`filter.<name>.clean`) from the repository's configuration. Therefore git runs in a temporary repository
 * with our configuration, which uses the objects and the index of the real one. If git fails, it returns true: the tree
 * then counts as no commit, which only costs time.
 */
export async function hasChanges(
  { gitDirectory, workTree }: RepositoryFolder,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  const revParse = (question: string[]): Promise<string> =>
    runGitLine(['rev-parse', ...question], { gitDirectory, cwd: workTree, signal });
  const path = (name: string): Promise<string> => revParse(['--path-format=absolute', '--git-path', name]);
  const temporaryGitDirectory = await mkdtemp(join(tmpdir(), 'commandcenter-git-'));
  try {
    await mkdir(join(temporaryGitDirectory, 'refs'));
    await mkdir(join(temporaryGitDirectory, 'objects'));
    await writeFile(join(temporaryGitDirectory, 'HEAD'), `${commit}\n`);
    await writeFile(join(temporaryGitDirectory, 'config'), configOf(commit));
    const { exitCode } = await runGit(
      ['diff-index', '--quiet', '--ignore-submodules=all', '--no-ext-diff', '--no-textconv', commit],
      {
        gitDirectory: temporaryGitDirectory,
        workTree,
        cwd: workTree,
        environment: { GIT_OBJECT_DIRECTORY: await path('objects'), GIT_INDEX_FILE: await path('index') },
        exitCodes: [0, 1],
        signal,
      },
    );
    return exitCode === 1;
  } catch (error) {
    if (error instanceof GitFailedError) return true;
    throw error;
  } finally {
    await rm(temporaryGitDirectory, { recursive: true, force: true });
  }
}

const SHA256_LENGTH = 64;

const configOf = ({ length }: string): string =>
  length === SHA256_LENGTH
    ? '[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n'
    : '[core]\n\trepositoryFormatVersion = 0\n';
