import { LineFinder } from '../line-finder.ts';
import { parseToml } from '../parse-manifest.ts';
import { asText, getEntries, getProperty, getText } from '../untrusted-data.ts';

export interface CatalogLibrary {
  /** Name by which build files refer to the library: the part after `libs.`, with dots for dashes. */
  accessor: string;
  name: string;
  requirement: string | null;
  line: number | null;
}

/** Parses gradle/libs.versions.toml: https://docs.gradle.org/current/userguide/version_catalogs.html */
export const parseVersionCatalog = (source: string): CatalogLibrary[] => {
  const catalog = parseToml(source);
  const versions = getProperty(catalog, 'versions');
  const lines = new LineFinder(source);
  lines.find('[libraries]');
  return getEntries(catalog, 'libraries').flatMap(([alias, value]) => {
    const line = lines.find(`\n${alias}`);
    const [group, artifact, short] = (asText(value) ?? getText(value, 'module') ?? '').split(':');
    const name = `${group || getText(value, 'group')}:${artifact ?? getText(value, 'name')}`;
    if (name.startsWith('null:') || name.endsWith(':null')) return [];
    const version = getProperty(value, 'version');
    const reference = getText(version, 'ref');
    const requirement = short ?? versionOf(reference === null ? version : getProperty(versions, reference));
    return [{ accessor: alias.replace(/[-_]/g, '.'), name, requirement, line }];
  });
};

/** Returns a plain version, or the strictest part of a rich version. */
const versionOf = (version: unknown): string | null =>
  asText(version) ?? getText(version, 'strictly') ?? getText(version, 'require') ?? getText(version, 'prefer');
