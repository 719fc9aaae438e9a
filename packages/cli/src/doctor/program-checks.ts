import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type CheckResult, ok, warning } from './check-result.ts';

/** Version of the oldest git with `rev-parse --path-format`, which repository analysis uses: https://git-scm.com/docs/git-rev-parse */
const OLDEST_GIT = [2, 31] as const;

/**
 * Checks that git is installed and new enough. Missing git is only a warning, because everything except repository analysis works without
 * it.
 */
export async function checkGit({ PATH }: NodeJS.ProcessEnv): Promise<CheckResult> {
  const remedy = 'Install git 2.31 or newer on the PATH of the server.';
  try {
    const env = PATH === undefined ? {} : { PATH };
    const { stdout } = await promisify(execFile)('git', ['--version'], { env, timeout: 5000 });
    const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    const isOld = major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
    if (isOld) return warning('git', `${stdout.trim()} is older than repository analysis needs`, remedy);
    return ok('git', stdout.trim());
  } catch (error) {
    const { code, signal } = error as { code?: unknown; signal?: unknown };
    const why = signal ? `ended by ${signal}` : `${code}`;
    return warning('git', `git cannot be run (${why}), so repositories cannot be analyzed`, remedy);
  }
}
