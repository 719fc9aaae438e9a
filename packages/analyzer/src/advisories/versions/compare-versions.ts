import { gitHubActionsScheme } from './github-actions.ts';
import { mavenScheme } from './maven.ts';
import { nugetScheme } from './nuget.ts';
import { packagistScheme } from './packagist.ts';
import { pubScheme } from './pub.ts';
import { pypiScheme } from './pypi.ts';
import { rubyGemsScheme } from './rubygems.ts';
import { semverScheme } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Version schemes by OSV's name of the ecosystem. */
export const versionSchemes: Readonly<Record<string, VersionScheme>> = {
  npm: semverScheme,
  'crates.io': semverScheme,
  Go: semverScheme,
  Hex: semverScheme,
  Pub: pubScheme,
  'GitHub Actions': gitHubActionsScheme,
  PyPI: pypiScheme,
  RubyGems: rubyGemsScheme,
  Maven: mavenScheme,
  NuGet: nugetScheme,
  Packagist: packagistScheme,
};

/**
 * Compares two versions in the ecosystem's own order: negative, 0 or positive as `a` sorts before, with or after `b`.
 * Returns null if the ecosystem has no order or one of the texts is not a version.
 */
export function compareVersions(ecosystem: string, a: string, b: string): number | null {
  const scheme = versionSchemes[ecosystem];
  const [left, right] = [scheme?.parse(a) ?? null, scheme?.parse(b) ?? null];
  return scheme === undefined || left === null || right === null ? null : Math.sign(scheme.compare(left, right));
}
