import { compareDigits, compareNumbers, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

export interface SemanticVersion {
  numbers: readonly string[];
  /** Identifiers of the pre-release, which dots separate in the version; empty for a release. */
  prerelease: readonly string[];
  build: readonly string[];
}

/**
 * Parses a semantic version more leniently than https://semver.org/, because advisories do not follow it strictly: it
 * accepts a leading `v` (Go), fewer or more than three numbers, and a pre-release without its hyphen. Returns null if
 * the text is not a version.
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

/** Compares semantic versions as in https://semver.org/#spec-item-11: a release sorts after its pre-releases. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  const order = compareNumbers(a.numbers, b.numbers);
  if (order !== 0) return order;
  const releases = Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0);
  return releases !== 0 ? releases : compareIdentifiers(a.prerelease, b.prerelease);
}

/**
 * Compares pre-release identifiers: numbers by value and before words, words by ASCII, a shorter list before a longer
 * one.
 */
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
 * Version scheme of npm, crates.io, Hex and Go. Go's pseudo-versions (`v0.0.0-20191109021931-daa7c04131f5`) are pre-releases that sort by
 * their time. The build metadata after `+` is ignored.
 */
export const semverScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  // Installed versions always have three numbers; anything else is a tag or branch.
  parseUsed: (text) => (/^v?\d+\.\d+\.\d+/.test(text) ? parseSemanticVersion(text) : null),
  compare: compareSemanticVersions,
};
