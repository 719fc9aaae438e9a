import { PackageURL } from 'packageurl-js';

/** Package URL types by ecosystem: https://github.com/package-url/purl-spec/tree/main/types */
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

/** Separators of namespace and name by type: `@scope/name`, `group:artifact`. */
const separators: Record<string, string> = {
  npm: '/',
  golang: '/',
  composer: '/',
  github: '/',
  maven: ':',
};

/** Builds the package URL of a package; returns null if the name is not valid in the ecosystem. */
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
    // The error does not say whether the name or the version is invalid, so try again without the version.
    return version === null ? null : packageUrl(ecosystem, name, null, vcs);
  }
};
