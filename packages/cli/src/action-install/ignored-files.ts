import { execFile } from 'node:child_process';
import { clean } from '../output.ts';

export interface IgnoredFile {
  path: string;
  /** `.gitignore:3: dist/` */
  by: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Those of the paths that `git add` would leave out: many repositories ignore every `dist`, and GitHub then has an Action without its code.
 * With the user's own settings, as `git add` has them. A text where that cannot be found out: why.
 */
export function findIgnored(root: string, paths: readonly string[]): Promise<IgnoredFile[] | string> {
  // No program of the repository's configuration is run.
  const args = ['-c', 'core.fsmonitor=false', 'check-ignore', '--verbose', '-z', '--stdin'];
  return new Promise((resolve) => {
    const child = execFile('git', args, { cwd: root, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // It ends with 1 when none is ignored.
      if (error === null || error.code === 1) resolve(parse(stdout));
      else resolve(error.code === 'ENOENT' ? 'git is not installed' : clean((stderr || error.message).trim()));
    });
    // It may end before it has read them, and says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(paths.map((path) => `${path}\0`).join(''));
  });
}

/** https://git-scm.com/docs/git-check-ignore#_output: source, line, pattern, path. */
function parse(output: string): IgnoredFile[] {
  const fields = output.split('\0');
  const ignored: IgnoredFile[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [source, line, pattern = '', path = ''] = fields.slice(at, at + 4);
    // The last rule that matches may be one that takes it back.
    if (!pattern.startsWith('!')) ignored.push({ path, by: clean(`${source}:${line}: ${pattern}`) });
  }
  return ignored;
}
