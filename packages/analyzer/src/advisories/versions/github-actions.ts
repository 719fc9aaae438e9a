import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Stands for the missing number in a tag such as `v4`, which means the newest release: it is larger than any number in a real release. */
const newest = '9'.repeat(30);

/**
 * Release tags of GitHub Actions. `v4` or `v4.1` in a workflow is a tag that maintainers move to their newest release
 * of that line.
 */
export const gitHubActionsScheme: VersionScheme<SemanticVersion> = {
  parse: parseSemanticVersion,
  parseUsed(text) {
    // A branch or commit name may begin with a digit but is not a release.
    if (!/^v?\d{1,9}(?:\.\d{1,9}){0,2}(?:[-+]\S+)?$/.test(text)) return null;
    const version = parseSemanticVersion(text);
    if (version === null || version.numbers.length >= 3 || version.prerelease.length > 0) return version;
    return { ...version, numbers: [...version.numbers, newest] };
  },
  compare: compareSemanticVersions,
};
