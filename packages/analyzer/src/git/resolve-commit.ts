import { AnalysisError } from '../errors.ts';
import { askGit } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/** The full id of what a branch, tag, commit or expression (`HEAD~2`) names. Throws `AnalysisError` `source.unknown_commit`. */
export async function resolveCommit(gitDirectory: string, text: string, signal: AbortSignal): Promise<string> {
  const commit = await findCommit(gitDirectory, text, signal);
  if (commit !== null) return commit;
  throw new AnalysisError(
    'source.unknown_commit',
    `The repository has no commit ${JSON.stringify(text.slice(0, 200))}.`,
    {
      hint: 'Name a commit, branch or tag of it; one that was not fetched here has to be fetched first.',
    },
  );
}

/** The full id of what text names; null where it names no commit. */
export async function findCommit(gitDirectory: string, text: string, signal: AbortSignal): Promise<string | null> {
  if (text === '' || text.startsWith('-') || /\p{Cc}/u.test(text)) return null;
  return await orNull(askGit(['rev-parse', '--verify', '--quiet', `${text}^{commit}`], { gitDirectory, signal }));
}

/** The best common ancestor of two commits; null where they have none, or the history that would tell is not here. */
export async function mergeBase(
  gitDirectory: string,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<string | null> {
  const ids = [await resolveCommit(gitDirectory, a, signal), await resolveCommit(gitDirectory, b, signal)];
  return await orNull(askGit(['merge-base', ...ids], { gitDirectory, signal }));
}

/** What a pull request from here would go into: the remote's default branch as it was last seen, else `main` or `master`; null: none. */
export async function defaultBranch(gitDirectory: string, signal: AbortSignal): Promise<string | null> {
  for (const name of [
    'refs/remotes/origin/HEAD',
    'refs/remotes/origin/main',
    'refs/remotes/origin/master',
    'refs/heads/main',
    'refs/heads/master',
  ]) {
    if ((await findCommit(gitDirectory, name, signal)) !== null) return name;
  }
  return null;
}

async function orNull(answer: Promise<string>): Promise<string | null> {
  try {
    return await answer;
  } catch (error) {
    // 1: there is none. Anything else is a failure.
    if (error instanceof GitFailedError && error.exitCode === 1) return null;
    throw error;
  }
}
