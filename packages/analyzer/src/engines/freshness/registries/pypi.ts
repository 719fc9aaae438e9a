import { list, own, ownText } from '../../dependencies/untrusted.ts';
import type { Registry } from '../registry.ts';

/** https://docs.pypi.org/api/json/ */
export const pypiRegistry: Registry = {
  ecosystem: 'PyPI',
  url: 'https://pypi.org',
  async look({ name, version }, client) {
    const answer = await client.json(`/pypi/${encodeURIComponent(name)}/json`);
    if (answer === undefined) return null;
    const files = version === null ? [] : list(own(own(answer, 'releases'), version));
    return {
      latest: ownText(own(answer, 'info'), 'version'),
      deprecated: null,
      yanked: files.length > 0 && files.every((file) => own(file, 'yanked') === true),
    };
  },
};
