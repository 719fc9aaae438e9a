import { compareVersions } from '../../advisories/versions/compare-versions.ts';

/** Parts of versions that mark pre-releases in any ecosystem. */
const PRERELEASE =
  /(?:^|[^a-z])(?:alpha|beta|pre|preview|rc|cr|m\d|milestone|snapshot|dev|ea|eap|canary|next|nightly|incubating)(?:[^a-z]|$)|\d(?:a|b|c|rc|dev|alpha|beta|pre)\.?\d/i;
const HYPHEN_IS_PRERELEASE = new Set(['npm', 'crates.io', 'NuGet', 'Hex', 'Pub', 'Go']);

export const isPrerelease = (ecosystem: string, version: string): boolean =>
  PRERELEASE.test(version) || (HYPHEN_IS_PRERELEASE.has(ecosystem) && version.split('+', 1)[0]?.includes('-') === true);

/** Returns the newest stable one of the versions; null if there is none. */
export function newestRelease(ecosystem: string, versions: Iterable<string>): string | null {
  let newest: string | null = null;
  for (const version of versions) {
    if (isPrerelease(ecosystem, version)) continue;
    if (newest === null || (compareVersions(ecosystem, version, newest) ?? 0) > 0) newest = version;
  }
  return newest;
}

/** Major versions from this number on are years, whose difference is not a number of major versions. */
const MIN_YEAR = 1900;

/** Returns how many major versions `used` is behind `latest`; 0 if that cannot be determined. */
export function majorsBehind(used: string, latest: string): number {
  const [from, to] = [majorOf(used), majorOf(latest)];
  return from === null || to === null ? 0 : Math.max(0, to - from);
}

function majorOf(version: string): number | null {
  const [, digits] = /^\s*[vV=]?(\d{1,6})(?:[.+-]|$)/.exec(version) ?? [];
  const major = Number(digits);
  return digits === undefined || major >= MIN_YEAR ? null : major;
}
