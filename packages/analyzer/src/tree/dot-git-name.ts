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
