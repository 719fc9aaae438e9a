import { asList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import type { Registry } from '../registry.ts';

/** The JSON API of PyPI: https://docs.pypi.org/api/json/ */
export const pypiRegistry: Registry = {
  ecosystem: 'PyPI',
  url: 'https://pypi.org',
  async lookUp({ name, version }, client) {
    const response = await client.json(`/pypi/${encodeURIComponent(name)}/json`);
    if (response === undefined) return null;
    const files = version === null ? [] : asList(getProperty(getProperty(response, 'releases'), version));
    return {
      latest: getText(getProperty(response, 'info'), 'version'),
      deprecated: null,
      yanked: files.length > 0 && files.every((file) => getProperty(file, 'yanked') === true),
    };
  },
};
