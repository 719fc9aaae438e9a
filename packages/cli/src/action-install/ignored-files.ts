import { execFile } from 'node:child_process';
import { stripControlCharacters } from '../output.ts';

export interface IgnoredFile {
  path: string;
  /** The rule that ignores the file, as `<file>:<line>: <pattern>`, for example `.gitignore:3: dist/`. */
  by: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Returns those paths that `git add` would leave out according to the user's own git settings. Many repositories ignore every `dist`, and
 * then the Action on GitHub has no code. If git cannot tell, returns the reason as a text.
 */
export function findIgnored(root: string, paths: readonly string[]): Promise<IgnoredFile[] | string> {
  // Switch off the file system monitor, because a repository's configuration could name any program for it.
  const args = ['-c', 'core.fsmonitor=false', 'check-ignore', '--verbose', '-z', '--stdin'];
  return new Promise((resolve) => {
    const child = execFile('git', args, { cwd: root, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // The exit code is 1 if no path is ignored.
      if (error === null || error.code === 1) resolve(parse(stdout));
      else
        resolve(
          error.code === 'ENOENT' ? 'git is not installed' : stripControlCharacters((stderr || error.message).trim()),
        );
    });
    // Ignore errors of writing to git: it may exit before it has read all paths, and the callback of the process then reports the reason.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(paths.map((path) => `${path}\0`).join(''));
  });
}

/** Parses the output format of https://git-scm.com/docs/git-check-ignore#_output: source, line, pattern, path. */
function parse(output: string): IgnoredFile[] {
  const fields = output.split('\0');
  const ignored: IgnoredFile[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [source, line, pattern = '', path = ''] = fields.slice(at, at + 4);
    // If the last matching rule is negated, the path is not ignored.
    if (!pattern.startsWith('!')) ignored.push({ path, by: stripControlCharacters(`${source}:${line}: ${pattern}`) });
  }
  return ignored;
}
