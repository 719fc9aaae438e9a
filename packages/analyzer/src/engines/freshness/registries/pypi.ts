import { asList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import type { Registry } from '../registry.ts';

/** The JSON API of PyPI: https://docs.pypi.org/api/json/ */
export const pypiRegistry: Registry = {
  ecosystem: 'PyPI',
  url: 'https://pypi.org',
  async lookUp({ name, version }, client) {
    const answer = await client.json(`/pypi/${encodeURIComponent(name)}/json`);
    if (answer === undefined) return null;
    const files = version === null ? [] : asList(getProperty(getProperty(answer, 'releases'), version));
    return {
      latest: getText(getProperty(answer, 'info'), 'version'),
      deprecated: null,
      yanked: files.length > 0 && files.every((file) => getProperty(file, 'yanked') === true),
    };
  },
};
