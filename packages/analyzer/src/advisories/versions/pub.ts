import { compareIdentifiers, compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Pub lets builds count: one with a build comes after the same without, and builds are compared as pre-releases are.
 * https://pub.dev/documentation/pub_semver/latest/pub_semver/Version/compareTo.html
 */
export const pubScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  compare(a, b) {
    const order = compareSemanticVersions(a, b);
    return order !== 0 ? order : compareIdentifiers(a.build, b.build);
  },
};
