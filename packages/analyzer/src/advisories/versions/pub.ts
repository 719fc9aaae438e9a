import { compareIdentifiers, compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * In Pub, build metadata counts: a version with a build sorts after the same version without one, and builds are
 * compared like pre-releases.
 * https://pub.dev/documentation/pub_semver/latest/pub_semver/Version/compareTo.html
 */
export const pubScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  compare(a, b) {
    const order = compareSemanticVersions(a, b);
    return order !== 0 ? order : compareIdentifiers(a.build, b.build);
  },
};
