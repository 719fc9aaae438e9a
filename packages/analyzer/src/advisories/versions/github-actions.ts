import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Above every number that a release has. */
const newest = '9'.repeat(30);

/** Tags of releases. A workflow's `v4` or `v4.1` is a tag that its maintainers move to their newest release of that line. */
export const gitHubActionsScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  parseUsed(text) {
    // A branch or a commit may begin with a digit, and says nothing of releases.
    if (!/^v?\d{1,9}(?:\.\d{1,9}){0,2}(?:[-+]\S+)?$/.test(text)) return null;
    const version = parseSemanticVersion(text);
    if (version === null || version.numbers.length >= 3 || version.prerelease.length > 0) return version;
    return { ...version, numbers: [...version.numbers, newest] };
  },
  compare: compareSemanticVersions,
};
