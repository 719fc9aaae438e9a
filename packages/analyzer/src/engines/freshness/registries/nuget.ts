import { compareVersions } from '../../../advisories/versions/compare-versions.ts';
import { getList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';
import type { RegistryClient } from '../registry-client.ts';
import { newestRelease } from '../release-versions.ts';

/** The registration API of NuGet: https://learn.microsoft.com/en-us/nuget/api/registration-base-url-resource */
export const nugetRegistry: Registry = {
  ecosystem: 'NuGet',
  url: 'https://api.nuget.org',
  async lookUp({ name, version }, client) {
    const index = await client.json(
      `/v3/registration5-gz-semver2/${encodeURIComponent(name.toLowerCase())}/index.json`,
    );
    if (index === undefined) return null;
    const pages = getList(index, 'items');
    const newest = await entriesOf(pages.at(-1), client);
    const page = version === null ? undefined : pages.find((one) => holds(one, version));
    const entries = page === undefined ? [] : page === pages.at(-1) ? newest : await entriesOf(page, client);
    const used = entries.find(
      (entry) => compareVersions('NuGet', getText(entry, 'version') ?? '', version ?? '') === 0,
    );
    const listed = newest.filter((entry) => getProperty(entry, 'listed') !== false);
    return {
      latest: newestRelease(
        'NuGet',
        listed.flatMap((entry) => getText(entry, 'version')?.split('+', 1) ?? []),
      ),
      deprecated: reasonOf(getProperty(used, 'deprecation')),
      // NuGet has no withdrawn versions: discouraged ones are unlisted, but so are many valid ones.
      yanked: false,
    };
  },
};

const holds = (page: unknown, version: string): boolean =>
  (compareVersions('NuGet', getText(page, 'lower') ?? '', version) ?? 1) <= 0 &&
  (compareVersions('NuGet', version, getText(page, 'upper') ?? '') ?? 1) <= 0;

/** Returns the entries of a page. If a package has many versions, the index contains only the addresses of its pages. */
async function entriesOf(page: unknown, client: RegistryClient): Promise<unknown[]> {
  const address = getText(page, '@id');
  const inlined = getList(page, 'items');
  const items = inlined.length > 0 || address === null ? inlined : getList(await client.json(address), 'items');
  return items.map((item) => getProperty(item, 'catalogEntry'));
}

function reasonOf(deprecation: unknown): string | null {
  if (deprecation === undefined) return null;
  const said = getText(deprecation, 'message');
  const reasons = getList(deprecation, 'reasons').filter((reason) => typeof reason === 'string');
  const instead = getText(getProperty(deprecation, 'alternatePackage'), 'id');
  return (
    shortLine(`${said ?? reasons.join(', ')}${instead === null ? '' : ` Use ${instead} instead.`}`) ||
    'It is deprecated.'
  );
}
