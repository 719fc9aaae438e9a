import { PackageURL } from 'packageurl-js';

/** https://github.com/package-url/purl-spec/tree/main/types */
const types: Record<string, string> = {
  npm: 'npm',
  Go: 'golang',
  'crates.io': 'cargo',
  PyPI: 'pypi',
  RubyGems: 'gem',
  Packagist: 'composer',
  Maven: 'maven',
  NuGet: 'nuget',
  Pub: 'pub',
  Hex: 'hex',
  'GitHub Actions': 'github',
};

/** What stands between the namespace and the name: `@scope/name`, `group:artifact`. */
const separators: Record<string, string> = {
  npm: '/',
  golang: '/',
  composer: '/',
  github: '/',
  maven: ':',
};

/** The package URL; null for a name that the ecosystem cannot have. */
export const packageUrl = (ecosystem: string, name: string, version: string | null, vcs?: string): string | null => {
  const type = types[ecosystem];
  if (type === undefined) return null;
  const separator = separators[type];
  const end = separator === undefined ? -1 : name.lastIndexOf(separator);
  const namespace = end < 0 ? null : name.slice(0, end);
  const qualifiers = vcs === undefined ? null : { vcs_url: vcs };
  try {
    return new PackageURL(type, namespace, name.slice(end + 1), version, qualifiers).toString();
  } catch {
    // Its errors have no class to tell a bad version from a bad name: only without the version it shows.
    return version === null ? null : packageUrl(ecosystem, name, null, vcs);
  }
};
