import { asList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import type { Registry } from '../registry.ts';
import { newestRelease } from '../release-versions.ts';

/** The API of RubyGems: https://guides.rubygems.org/rubygems-org-api/#gem-version-methods: the list has no yanked versions. */
export const rubyGemsRegistry: Registry = {
  ecosystem: 'RubyGems',
  url: 'https://rubygems.org',
  async lookUp({ name, version }, client) {
    const response = await client.json(`/api/v1/versions/${encodeURIComponent(name)}.json`);
    if (response === undefined) return null;
    const all = asList(response);
    const releases = all.filter((one) => getProperty(one, 'prerelease') !== true);
    const numbers = new Set(all.flatMap((one) => getText(one, 'number') ?? []));
    // A lockfile may append the platform: `1.16.0-x86_64-linux`.
    const isListed = version === null || numbers.has(version) || numbers.has(version.split('-', 1)[0] ?? '');
    return {
      latest: newestRelease(
        'RubyGems',
        releases.flatMap((one) => getText(one, 'number') ?? []),
      ),
      deprecated: null,
      yanked: numbers.size > 0 && !isListed,
    };
  },
};
