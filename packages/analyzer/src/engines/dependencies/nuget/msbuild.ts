import { ManifestError } from '../manifest-error.ts';
import { parseXml, type XmlElement } from '../parse-xml.ts';

/** A package reference in a project file or Directory.Packages.props; properties are not yet expanded. */
export interface PackageItem {
  name: string;
  version: string | null;
  /** True if the package is not passed on to users of the project: an analyzer or build tool. */
  privateAssets: boolean;
  line: number | null;
}

export interface MsbuildFile {
  properties: Map<string, string>;
  /** The file's `PackageReference` items: packages that the project uses. */
  references: PackageItem[];
  /** Versions from the file's `PackageVersion` items, by lower-case name, because NuGet's names are case-insensitive. */
  versions: Map<string, string>;
  /** The file's `GlobalPackageReference` items: packages that are added to every project. */
  globals: PackageItem[];
}

/**
 * Parses MSBuild project and `.props` files:
 * https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files
 */
export const parseMsbuild = (source: string): MsbuildFile => {
  const project = parseXml(source).first('Project');
  if (project === undefined) throw new ManifestError('not a file of MSBuild: it has no Project element', null);
  const properties = new Map<string, string>();
  for (const group of project.all('PropertyGroup')) {
    for (const name of group.names()) {
      const value = group.value(name);
      // Ignore values longer than any name or version, because repeated expansion of properties could make them grow exponentially.
      if (value !== null && value.length <= 512) properties.set(name.toLowerCase(), value);
    }
  }
  const items = (kind: string): PackageItem[] =>
    project.all('ItemGroup').flatMap((group) => group.all(kind).flatMap(toItem));
  const versions = new Map<string, string>();
  for (const { name, version } of items('PackageVersion'))
    if (version !== null) versions.set(name.toLowerCase(), version);
  return { properties, references: items('PackageReference'), versions, globals: items('GlobalPackageReference') };
};

const toItem = (item: XmlElement): PackageItem[] => {
  const name = item.value('Include') ?? item.value('Update');
  if (name === null) return [];
  const version = item.value('VersionOverride') ?? item.value('Version');
  return [{ name, version, privateAssets: item.value('PrivateAssets')?.toLowerCase() === 'all', line: item.line() }];
};

/** Expands `$(Property)` from the first file that defines it; unknown properties are left unchanged. */
export const expandProperties = (text: string, files: readonly MsbuildFile[]): string => {
  let filled = text;
  for (let round = 0; round < 5 && filled.includes('$(') && filled.length <= 512; round += 1) {
    filled = filled.replace(/\$\((\w{1,200})\)/g, (whole, name: string) => {
      const key = name.toLowerCase();
      return files.map((file) => file.properties.get(key)).find((value) => value !== undefined) ?? whole;
    });
  }
  return filled;
};

/**
 * Returns the version of `1.2.3`, the minimum that NuGet uses for a direct dependency, and of `[1.2.3]`, an exact
 * version. Returns null for ranges and `1.*`. https://learn.microsoft.com/nuget/concepts/package-versioning
 */
export const pinned = (requirement: string | null): string | null =>
  /^\[?\s*(\d+(?:\.\d+){0,3}(?:[-+][0-9A-Za-z.+-]+)?)\s*\]?$/.exec(requirement ?? '')?.[1] ?? null;
