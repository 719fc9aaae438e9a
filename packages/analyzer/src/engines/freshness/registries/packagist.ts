import { getList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';
import { newestRelease } from '../release-versions.ts';

/** The metadata API of Packagist: https://packagist.org/apidoc#get-package-data: lists tagged releases, each one as the difference to the previous one. */
export const packagistRegistry: Registry = {
  ecosystem: 'Packagist',
  url: 'https://repo.packagist.org',
  async lookUp({ name }, client) {
    const [vendor = '', project = ''] = name.toLowerCase().split('/').map(encodeURIComponent);
    const response = await client.json(`/p2/${vendor}/${project}.json`);
    if (response === undefined) return null;
    const releases = getList(getProperty(response, 'packages'), name.toLowerCase());
    const versions = releases.flatMap((release) => getText(release, 'version')?.replace(/^v/, '') ?? []);
    return {
      latest: newestRelease('Packagist', versions),
      deprecated: abandoned(getProperty(releases[0], 'abandoned')),
      yanked: false,
    };
  },
};

const abandoned = (value: unknown): string | null => {
  if (typeof value === 'string' && value !== '') return shortLine(`It is abandoned; use ${value} instead.`);
  return value === true ? 'It is abandoned.' : null;
};
