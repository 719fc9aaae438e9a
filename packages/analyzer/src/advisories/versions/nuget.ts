import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * SemVer with up to four numbers and pre-releases without regard to case.
 * https://learn.microsoft.com/en-us/nuget/concepts/package-versioning
 */
export const nugetScheme: VersionScheme<SemanticVersion> = {
  parse: (text) => parseSemanticVersion(text.toLowerCase()),
  compare: compareSemanticVersions,
};
