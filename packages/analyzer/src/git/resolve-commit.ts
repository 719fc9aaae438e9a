import { AnalysisError } from '../errors.ts';
import { runGitLine } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/**
 * Returns the full hash of a branch, tag, commit or expression (`HEAD~2`). Throws AnalysisError
 * `source.unknown_commit`.
 */
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

/** Returns the full hash of a commit; null if the text does not name one. */
export async function findCommit(gitDirectory: string, text: string, signal: AbortSignal): Promise<string | null> {
  if (text === '' || text.startsWith('-') || /\p{Cc}/u.test(text)) return null;
  return await nullIfNone(
    runGitLine(['rev-parse', '--verify', '--quiet', `${text}^{commit}`], { gitDirectory, signal }),
  );
}

/** Returns the best common ancestor of two commits; null if they have none or the history is not available. */
export async function mergeBase(
  gitDirectory: string,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<string | null> {
  const ids = [await resolveCommit(gitDirectory, a, signal), await resolveCommit(gitDirectory, b, signal)];
  return await nullIfNone(runGitLine(['merge-base', ...ids], { gitDirectory, signal }));
}

/**
 * Returns the probable target of a pull request: the remote's default branch as last fetched, else `main` or `master`;
 * null if there is none.
 */
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

async function nullIfNone(response: Promise<string>): Promise<string | null> {
  try {
    return await response;
  } catch (error) {
    // git's exit code 1 means that there is no result; others are failures.
    if (error instanceof GitFailedError && error.exitCode === 1) return null;
    throw error;
  }
}
