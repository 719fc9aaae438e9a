import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositoryFolder } from './repository-folder.ts';
import { askGit, runGit } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/**
 * Whether tracked files differ from the commit. To tell, git may have to read a file and convert it as `.gitattributes` says, with
 * programs (`filter.<name>.clean`) that the repository's configuration names. So it is asked in a repository made for the question,
 * with our configuration, whose objects and index are those of the real one. Where it cannot tell, there are changes: the tree is then
 * known by no commit, which costs time and nothing else.
 */
export async function hasChanges(
  { gitDirectory, workTree }: RepositoryFolder,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  const ask = (question: string[]): Promise<string> =>
    askGit(['rev-parse', ...question], { gitDirectory, cwd: workTree, signal });
  const path = (name: string): Promise<string> => ask(['--path-format=absolute', '--git-path', name]);
  const ours = await mkdtemp(join(tmpdir(), 'commandcenter-git-'));
  try {
    await mkdir(join(ours, 'refs'));
    await mkdir(join(ours, 'objects'));
    await writeFile(join(ours, 'HEAD'), `${commit}\n`);
    await writeFile(join(ours, 'config'), configOf(commit));
    const { exitCode } = await runGit(
      ['diff-index', '--quiet', '--ignore-submodules=all', '--no-ext-diff', '--no-textconv', commit],
      {
        gitDirectory: ours,
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
    await rm(ours, { recursive: true, force: true });
  }
}

const SHA256_LENGTH = 64;

const configOf = ({ length }: string): string =>
  length === SHA256_LENGTH
    ? '[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n'
    : '[core]\n\trepositoryFormatVersion = 0\n';
