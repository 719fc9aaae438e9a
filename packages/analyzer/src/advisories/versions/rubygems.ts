import { compareDigits, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Numbers and words, as Gem::Version's `canonical_segments`. */
type Segments = readonly string[];

/** https://docs.ruby-lang.org/en/master/Gem/Version.html: a version with a letter in it is a pre-release. */
export const rubyGemsScheme: VersionScheme<Segments> = {
  parse(text) {
    const version = text.trim();
    if (!/^(?:\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?$/.test(version)) return null;
    return canonical(splitSegments(version === '' ? '0' : version));
  },
  compare(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      const order = compareSegments(a[index] ?? '0', b[index] ?? '0');
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** A hyphen stands before a pre-release; one that is a number (`1.0.0-1`) is called `pre`. */
const splitSegments = (version: string): string[] =>
  version.split('-').flatMap((part, index) => {
    const segments = part.match(/\d+|[a-zA-Z]+/g) ?? [];
    return index === 0 || /^[^.]*[a-zA-Z]/.test(part) ? segments : ['pre', ...segments];
  });

const canonical = (segments: readonly string[]): Segments => {
  const firstWord = segments.findIndex((segment) => !isDigits(segment));
  const release = firstWord < 0 ? segments : segments.slice(0, firstWord);
  const prerelease = firstWord < 0 ? [] : segments.slice(firstWord);
  // Before RubyGems 4.1 a hyphen always became `pre`: `1.0-beta` is kept as `1.0.pre.beta` in older lockfiles.
  const told = prerelease.filter((segment, index) => {
    const next = prerelease[index + 1];
    return segment !== 'pre' || next === undefined || isDigits(next);
  });
  return [...withoutLastZeros(release), ...withoutLastZeros(told)];
};

const withoutLastZeros = (segments: readonly string[]): readonly string[] =>
  segments.slice(0, segments.findLastIndex((segment) => !/^0+$/.test(segment)) + 1);

const compareSegments = (a: string, b: string): number =>
  Number(isDigits(a)) - Number(isDigits(b)) || (isDigits(a) ? compareDigits(a, b) : compareText(a, b));
