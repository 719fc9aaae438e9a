const MAX_PATH_LENGTH = 4096;
const MAX_NAME_LENGTH = 255;

/** Returns why a path cannot be used; undefined if it is relative, inside of the root and valid UTF-8. */
export function unsafePath(path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes('\\') || path.includes('\0'))
    return 'its path is not allowed';
  if (path.includes('\uFFFD')) return 'its name is not UTF-8';
  if (path.length > MAX_PATH_LENGTH) return 'its path is too long';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git') return 'its path is not allowed';
    if (Buffer.byteLength(name) > MAX_NAME_LENGTH) return 'its path is too long';
  }
  return undefined;
}

/** Code points that HFS+ ignores in names: https://github.com/git/git/blob/v2.39.5/utf8.c (`next_hfs_char`). */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/**
 * Returns whether a file system may treat a name in this path as `.git`: NTFS accepts its short name and trailing
 * characters, HFS+ ignores some code points.
 */
export const hasDotGitName = (path: string): boolean =>
  // Most paths do not contain "git", which is fast to test.
  /git/i.test(path.replace(IGNORED_BY_HFS, '')) &&
  path.split('/').some((name) => /^(?:\.git|git~\d+)[ .]*(?::.*)?$/i.test(name.replace(IGNORED_BY_HFS, '')));
