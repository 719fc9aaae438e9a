import { compareDigits, compareNumbers, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

export interface SemanticVersion {
  numbers: readonly string[];
  /** Identifiers between the dots; empty for a release. */
  prerelease: readonly string[];
  build: readonly string[];
}

/**
 * Reads more than https://semver.org/ allows, as advisories write more: a `v` before it (Go), fewer or more than three numbers, a
 * pre-release without its hyphen.
 */
export function parseSemanticVersion(text: string): SemanticVersion | null {
  const [, numbers, hyphened, joined, build] =
    /^\s*[vV=]?(\d+(?:\.\d+)*)(?:-([^+\s]+)|([A-Za-z][^+\s]*))?(?:\+(\S*))?\s*$/.exec(text) ?? [];
  if (numbers === undefined) return null;
  return {
    numbers: numbers.split('.'),
    prerelease: (hyphened ?? joined)?.split('.') ?? [],
    build: build?.split('.') ?? [],
  };
}

/** https://semver.org/#spec-item-11: a release comes after its pre-releases. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  const order = compareNumbers(a.numbers, b.numbers);
  if (order !== 0) return order;
  const releases = Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0);
  return releases !== 0 ? releases : compareIdentifiers(a.prerelease, b.prerelease);
}

/** Numbers by value and before words, words by ASCII, fewer before more. */
export function compareIdentifiers(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const numeric = Number(isDigits(right)) - Number(isDigits(left));
    const order = numeric || (isDigits(left) ? compareDigits(left, right) : compareText(left, right));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * npm, crates.io, Hex, and Go, whose pseudo-versions (`v0.0.0-20191109021931-daa7c04131f5`) are pre-releases that sort by their time.
 * What stands behind `+` does not count.
 */
export const semverScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  // What is installed always has three numbers; anything else is a tag or branch.
  parseUsed: (text) => (/^v?\d+\.\d+\.\d+/.test(text) ? parseSemanticVersion(text) : null),
  compare: compareSemanticVersions,
};
