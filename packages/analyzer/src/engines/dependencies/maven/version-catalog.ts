import { LineFinder } from '../line-finder.ts';
import { parseToml } from '../parse-manifest.ts';
import { own, ownEntries, ownText, text } from '../untrusted.ts';

export interface CatalogLibrary {
  /** Its name in build files after `libs.`, with dots for dashes. */
  accessor: string;
  name: string;
  requirement: string | null;
  line: number | null;
}

/** Parses gradle/libs.versions.toml: https://docs.gradle.org/current/userguide/version_catalogs.html */
export const parseVersionCatalog = (source: string): CatalogLibrary[] => {
  const catalog = parseToml(source);
  const versions = own(catalog, 'versions');
  const lines = new LineFinder(source);
  lines.find('[libraries]');
  return ownEntries(catalog, 'libraries').flatMap(([alias, value]) => {
    const line = lines.find(`\n${alias}`);
    const [group, artifact, short] = (text(value) ?? ownText(value, 'module') ?? '').split(':');
    const name = `${group || ownText(value, 'group')}:${artifact ?? ownText(value, 'name')}`;
    if (name.startsWith('null:') || name.endsWith(':null')) return [];
    const version = own(value, 'version');
    const reference = ownText(version, 'ref');
    const requirement = short ?? versionOf(reference === null ? version : own(versions, reference));
    return [{ accessor: alias.replace(/[-_]/g, '.'), name, requirement, line }];
  });
};

/** Returns a plain version, or the strictest part of a rich version. */
const versionOf = (version: unknown): string | null =>
  text(version) ?? ownText(version, 'strictly') ?? ownText(version, 'require') ?? ownText(version, 'prefer');
