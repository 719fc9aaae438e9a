import { compareVersions } from '../../../advisories/versions/compare-versions.ts';
import { own, ownList, ownText } from '../../dependencies/untrusted.ts';
import { plainText, type Registry } from '../registry.ts';
import type { RegistryClient } from '../registry-client.ts';
import { newestRelease } from '../versions.ts';

/** https://learn.microsoft.com/en-us/nuget/api/registration-base-url-resource */
export const nugetRegistry: Registry = {
  ecosystem: 'NuGet',
  url: 'https://api.nuget.org',
  async look({ name, version }, client) {
    const index = await client.json(
      `/v3/registration5-gz-semver2/${encodeURIComponent(name.toLowerCase())}/index.json`,
    );
    if (index === undefined) return null;
    const pages = ownList(index, 'items');
    const newest = await entriesOf(pages.at(-1), client);
    const page = version === null ? undefined : pages.find((one) => holds(one, version));
    const entries = page === undefined ? [] : page === pages.at(-1) ? newest : await entriesOf(page, client);
    const used = entries.find(
      (entry) => compareVersions('NuGet', ownText(entry, 'version') ?? '', version ?? '') === 0,
    );
    const listed = newest.filter((entry) => own(entry, 'listed') !== false);
    return {
      latest: newestRelease(
        'NuGet',
        listed.flatMap((entry) => ownText(entry, 'version')?.split('+', 1) ?? []),
      ),
      deprecated: reasonOf(own(used, 'deprecation')),
      // NuGet has no withdrawn versions: discouraged ones are unlisted, but so are many valid ones.
      yanked: false,
    };
  },
};

const holds = (page: unknown, version: string): boolean =>
  (compareVersions('NuGet', ownText(page, 'lower') ?? '', version) ?? 1) <= 0 &&
  (compareVersions('NuGet', version, ownText(page, 'upper') ?? '') ?? 1) <= 0;

/** Returns the entries of a page. If a package has many versions, the index contains only the addresses of its pages. */
async function entriesOf(page: unknown, client: RegistryClient): Promise<unknown[]> {
  const address = ownText(page, '@id');
  const inlined = ownList(page, 'items');
  const items = inlined.length > 0 || address === null ? inlined : ownList(await client.json(address), 'items');
  return items.map((item) => own(item, 'catalogEntry'));
}

function reasonOf(deprecation: unknown): string | null {
  if (deprecation === undefined) return null;
  const said = ownText(deprecation, 'message');
  const reasons = ownList(deprecation, 'reasons').filter((reason) => typeof reason === 'string');
  const instead = ownText(own(deprecation, 'alternatePackage'), 'id');
  return (
    plainText(`${said ?? reasons.join(', ')}${instead === null ? '' : ` Use ${instead} instead.`}`) ||
    'It is deprecated.'
  );
}
