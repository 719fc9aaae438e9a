/** Code points that HFS+ ignores in names: https://github.com/git/git/blob/v2.39.5/utf8.c (`next_hfs_char`). */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** Whether some file system takes a name of this path for `.git`: NTFS its short name and what trails, HFS+ what it ignores. */
export const hasDotGitName = (path: string): boolean =>
  // Most paths have nothing of it: one look tells.
  /git/i.test(path.replace(IGNORED_BY_HFS, '')) &&
  path.split('/').some((name) => /^(?:\.git|git~\d+)[ .]*(?::.*)?$/i.test(name.replace(IGNORED_BY_HFS, '')));
