/**
 * Returns whether a folder belongs to a workspace, by globs like `packages/*`, `apps/**` and `!packages/old`. It
 * supports only `*` within a name and `**` for any folders: globs come from the repository, and a regular expression
 * made from one could run exponentially long.
 */
export const isWorkspaceFolder = (globs: readonly string[], folder: string): boolean => {
  const path = folder.split('/');
  let matched = false;
  for (const glob of globs.slice(0, 100)) {
    const excludes = glob.startsWith('!');
    const pattern = (excludes ? glob.slice(1) : glob).replace(/^\.\//, '').replace(/\/$/, '');
    if (matches(pattern.split('/'), path, (part, name) => part === name || matches([...part], [...name], oneLetter))) {
      matched = !excludes;
    }
  }
  return matched;
};

const oneLetter = (part: string, letter: string): boolean => part === letter;

/**
 * Matches `*` with any letters or `**` with any folders. It backtracks only to the last wildcard, so that the time is
 * at most the product of the lengths.
 */
const matches = (
  pattern: readonly string[],
  parts: readonly string[],
  equal: (pattern: string, part: string) => boolean,
): boolean => {
  const any = equal === oneLetter ? '*' : '**';
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let part = 0; part < parts.length; ) {
    const wanted = pattern[at];
    if (wanted === any) {
      star = at;
      at += 1;
      resume = part;
    } else if (wanted !== undefined && equal(wanted, parts[part] ?? '')) {
      at += 1;
      part += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      part = resume;
    } else return false;
  }
  while (pattern[at] === any) at += 1;
  return at === pattern.length;
};
