import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Finding, ok, warning } from './finding.ts';

/** What repository analysis runs: https://git-scm.com/docs/git-rev-parse#Documentation/git-rev-parse.txt---path-formatabsoluterelative */
const OLDEST_GIT = [2, 31] as const;

/** Everything but repository analysis works without it. */
export async function checkGit({ PATH }: NodeJS.ProcessEnv): Promise<Finding> {
  const remedy = 'Install git 2.31 or newer, and see that it is on the PATH of the server.';
  try {
    const env = PATH === undefined ? {} : { PATH };
    const { stdout } = await promisify(execFile)('git', ['--version'], { env, timeout: 5000 });
    const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    const isOld = major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
    if (isOld) return warning('git', `${stdout.trim()} is older than repository analysis needs`, remedy);
    return ok('git', stdout.trim());
  } catch {
    return warning('git', 'it cannot be run, so that repositories cannot be analysed', remedy);
  }
}
