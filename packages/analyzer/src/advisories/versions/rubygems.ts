import { compareDigits, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Numbers and words of a gem's version, like `canonical_segments` of Gem::Version. */
type Segments = readonly string[];

/**
 * The order of RubyGems, in which a version with a letter is a pre-release:
 * https://docs.ruby-lang.org/en/master/Gem/Version.html
 */
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

/** A hyphen begins a pre-release; RubyGems reads one that starts with a number (`1.0.0-1`) as `pre.1`. */
const splitSegments = (version: string): string[] =>
  version.split('-').flatMap((part, index) => {
    const segments = part.match(/\d+|[a-zA-Z]+/g) ?? [];
    return index === 0 || /^[^.]*[a-zA-Z]/.test(part) ? segments : ['pre', ...segments];
  });

const canonical = (segments: readonly string[]): Segments => {
  const firstWord = segments.findIndex((segment) => !isDigits(segment));
  const release = firstWord < 0 ? segments : segments.slice(0, firstWord);
  const prerelease = firstWord < 0 ? [] : segments.slice(firstWord);
  // Before RubyGems 4.1 a hyphen always became `pre`, so that older lockfiles contain `1.0.pre.beta` for `1.0-beta`.
  const normalized = prerelease.filter((segment, index) => {
    const next = prerelease[index + 1];
    return segment !== 'pre' || next === undefined || isDigits(next);
  });
  return [...withoutLastZeros(release), ...withoutLastZeros(normalized)];
};

const withoutLastZeros = (segments: readonly string[]): readonly string[] =>
  segments.slice(0, segments.findLastIndex((segment) => !/^0+$/.test(segment)) + 1);

const compareSegments = (a: string, b: string): number =>
  Number(isDigits(a)) - Number(isDigits(b)) || (isDigits(a) ? compareDigits(a, b) : compareText(a, b));
