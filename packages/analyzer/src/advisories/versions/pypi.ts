import { compareDigits, compareNumbers, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

interface PythonVersion {
  epoch: string;
  release: readonly string[];
  /**
   * Pre-release phase (`a`, `b` or `rc`) and number. The phase '' (only a development release) sorts before all others, '~' (no
   * pre-release) after them.
   */
  pre: readonly [phase: string, number: string];
  /** Number of the post-release; null if the version is not one, which sorts before all post-releases. */
  post: string | null;
  /** Number of the development release; null if the version is not one, which sorts after all development releases. */
  dev: string | null;
  local: readonly string[];
}

// Documentation of the version pattern:
// https://packaging.python.org/en/latest/specifications/version-specifiers/#appendix-parsing-version-strings-with-regular-expressions
const pattern = new RegExp(
  [
    /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?:[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>\d+)?)?/,
    /(?:-(?<implicit>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d+)?)?/,
    /(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d+)?)?/,
    /(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

const phases: Record<string, string> = { alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc' };

/** The order of PEP 440: https://peps.python.org/pep-0440/#summary-of-permitted-suffixes-and-relative-ordering */
export const pypiScheme: VersionScheme<PythonVersion> = {
  parse(text) {
    const found = pattern.exec(text)?.groups;
    if (found?.release === undefined) return null;
    const phase = found.phase?.toLowerCase();
    const post = found.implicit ?? (found.post === undefined ? null : (found.postNumber ?? '0'));
    const dev = found.dev === undefined ? null : (found.devNumber ?? '0');
    return {
      epoch: found.epoch ?? '0',
      release: found.release.split('.'),
      pre:
        phase !== undefined
          ? [phases[phase] ?? phase, found.pre ?? '0']
          : [post === null && dev !== null ? '' : '~', '0'],
      post,
      dev,
      local: found.local?.toLowerCase().split(/[-_.]/) ?? [],
    };
  },
  compare: (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareNumbers(a.release, b.release) ||
    compareText(a.pre[0], b.pre[0]) ||
    compareDigits(a.pre[1], b.pre[1]) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocals(a.local, b.local),
};

const compareOptional = (a: string | null, b: string | null, none: number): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? none : -none;
  return compareDigits(a, b);
};

/** In local version labels numbers sort after words, unlike in SemVer's identifiers. */
const compareLocals = (a: readonly string[], b: readonly string[]): number => {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const numeric = Number(isDigits(left)) - Number(isDigits(right));
    const order = numeric || (isDigits(left) ? compareDigits(left, right) : compareText(left, right));
    if (order !== 0) return order;
  }
  return a.length - b.length;
};
