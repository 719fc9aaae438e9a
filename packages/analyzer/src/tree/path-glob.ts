/** Returns whether the globs cover a path, or a folder that contains the path. */
export type PathMatcher = (path: string) => boolean;

type Letter = { any: 'letters' } | { any: 'letter' } | { letter: string };
/** A part of a glob between slashes: a literal name, a pattern for one name, or `**`. */
type Segment = string | NamePattern | typeof anyFolders;

interface NamePattern {
  letters: readonly Letter[];
  /** Literal prefix of every name that matches the pattern; `end` is the literal suffix. Both exclude most names quickly. */
  begin: string;
  end: string;
}

/** One alternative of a glob. */
interface Rule {
  /** True if the glob begins with `!`. */
  takesBack: boolean;
  segments: readonly Segment[];
}

const anyFolders = Symbol('any folders');
const anyLetters: Letter = { any: 'letters' };

const MAX_GLOB_LENGTH = 512;
const MAX_ALTERNATIVES = 64;
const MAX_FOLDER_RULES = 100;

/**
 * Creates a matcher for globs such as `vendor`, `docs/**`, `src/*.min.{js,css}`. A glob that begins with `!` excludes
 * paths again; the last matching glob decides. A glob covers a file, or a folder with everything in it.
 * `*` matches any characters of a name, `?` one, `**` any folders, `{a,b}` each alternative; every other character
 * matches itself. Globs are not converted to regular expressions, which `path.matchesGlob` and picomatch do, because
 * they come from the scanned repository and could take exponential time. Here a match takes at most the product of the
 * lengths.
 * @param globs for which `globError` returns undefined
 */
export const matchPaths = (globs: readonly string[]): PathMatcher =>
  createMatcher(globs.flatMap(rulesOf), { contents: true });

/**
 * Creates a matcher for the folders of a workspace, such as `packages/*` and `!packages/old`. It reads globs like
 * `matchPaths`, but a glob matches only whole paths: what is inside of a matching folder does not match. Invalid globs
 * and those beyond the first 100 alternatives are ignored, because nobody has validated them.
 */
export const matchFolders = (globs: readonly string[]): PathMatcher =>
  createMatcher(
    globs
      .slice(0, MAX_FOLDER_RULES)
      .filter((glob) => globError(glob) === undefined)
      .flatMap(rulesOf)
      .slice(0, MAX_FOLDER_RULES),
    { contents: false },
  );

function rulesOf(glob: string): Rule[] {
  const takesBack = glob.startsWith('!');
  return expandBraces(takesBack ? glob.slice(1) : glob).map((alternative) => ({
    takesBack,
    segments: segmentsOf(alternative),
  }));
}

/** @param contents if true, a rule also matches everything in a folder that it matches */
function createMatcher(rules: readonly Rule[], { contents }: { contents: boolean }): PathMatcher {
  const withBegin = rules.map((rule) => {
    const [first] = rule.segments;
    return { ...rule, begin: typeof first === 'string' ? first : '' };
  });
  return (path) => {
    let names: string[] | undefined;
    const match = withBegin.findLast(({ segments, begin }) => {
      // Most globs begin with a literal name, which excludes most paths quickly.
      if (!path.startsWith(begin)) return false;
      names ??= path.split('/');
      return matchesNames(segments, names, contents);
    });
    return match !== undefined && !match.takesBack;
  };
}

/** Returns why a text is not a valid glob; undefined if it is valid. */
export function globError(glob: string): string | undefined {
  const bare = glob.replace(/^!/, '');
  if (bare === '') return 'it is empty';
  if (glob.length > MAX_GLOB_LENGTH) return `it is longer than ${MAX_GLOB_LENGTH} characters`;
  if (bare.startsWith('/') || /^[A-Za-z]:|\\/.test(bare)) return 'it has to be relative to the root, with slashes';
  if (bare.split('/').includes('..')) return 'it leads out of the repository';
  if (expandBraces(bare).length > MAX_ALTERNATIVES) return `it stands for more than ${MAX_ALTERNATIVES} globs`;
  return undefined;
}

/** Expands `a{b,c}` to `ab` and `ac`; stops when there are too many alternatives. */
function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  for (let next = open.pop(); next !== undefined && done.length <= MAX_ALTERNATIVES; next = open.pop()) {
    const inner = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (inner === null) {
      done.push(next);
      continue;
    }
    const before = next.slice(0, inner.index);
    const after = next.slice(inner.index + inner[0].length);
    for (const choice of (inner[1] ?? '').split(',').slice(0, MAX_ALTERNATIVES + 1)) {
      open.push(before + choice + after);
    }
  }
  return done;
}

function segmentsOf(glob: string): Segment[] {
  return glob
    .replace(/^(?:\.\/)+|\/+$/g, '')
    .split('/')
    .map((name) => (name === '**' ? anyFolders : /[*?]/.test(name) ? patternOf(name) : name));
}

function patternOf(name: string): NamePattern {
  const [begin = ''] = name.split(/[*?]/, 1);
  const end = name.slice(Math.max(name.lastIndexOf('*'), name.lastIndexOf('?')) + 1);
  return { letters: [...name].map(letterOf), begin, end };
}

const letterOf = (letter: string): Letter =>
  letter === '*' ? anyLetters : letter === '?' ? { any: 'letter' } : { letter };

/** Returns whether the segments match the whole path or, with `contents`, a leading part of its folders. */
function matchesNames(segments: readonly Segment[], names: readonly string[], contents: boolean): boolean {
  return matchesSequence(
    segments,
    names,
    (segment) => segment === anyFolders,
    (segment, name) => segment === name || (typeof segment === 'object' && matchesName(segment, name)),
    contents && segments.at(-1) !== anyFolders,
  );
}

function matchesName({ letters, begin, end }: NamePattern, name: string): boolean {
  if (!name.startsWith(begin) || !name.endsWith(end)) return false;
  return matchesSequence(
    letters,
    [...name],
    (part) => part === anyLetters,
    (part, letter) => ('letter' in part ? part.letter === letter : part.any === 'letter'),
    false,
  );
}

/**
 * Matches a sequence with wildcards. It backtracks only to the last wildcard, because extending an earlier one cannot
 * match more.
 * @param prefix if true, items after a match of the whole pattern are ignored
 */
function matchesSequence<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isWildcard: (part: P) => boolean,
  equal: (part: P, item: T) => boolean,
  prefix: boolean,
): boolean {
  let at = 0;
  let wildcard = -1;
  let resume = 0;
  for (let index = 0; index < items.length; ) {
    const part = pattern[at];
    const item = items[index];
    if (part === undefined && prefix) return true;
    if (part !== undefined && isWildcard(part)) {
      wildcard = at;
      at += 1;
      resume = index;
    } else if (part !== undefined && item !== undefined && equal(part, item)) {
      at += 1;
      index += 1;
    } else if (wildcard >= 0) {
      at = wildcard + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (at < pattern.length) {
    const part = pattern[at];
    if (part === undefined || !isWildcard(part)) return false;
    at += 1;
  }
  return true;
}
