import { entriesOf, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';

/** Media type of the abbreviated metadata: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
const ABBREVIATED = 'application/vnd.npm.install-v1+json';

export const npmRegistry: Registry = {
  ecosystem: 'npm',
  url: 'https://registry.npmjs.org',
  async lookUp({ name, version }, client) {
    const response = await client.json(
      `/${name.startsWith('@') ? '@' : ''}${encodeURIComponent(name.replace(/^@/, ''))}`,
      ABBREVIATED,
    );
    if (response === undefined) return null;
    const versions = entriesOf(getProperty(response, 'versions'));
    const used = versions.find(([one]) => one === version)?.[1];
    const reason = getText(used, 'deprecated');
    return {
      latest: getText(getProperty(response, 'dist-tags'), 'latest'),
      deprecated: reason === null ? null : shortLine(reason),
      yanked: false,
    };
  },
};
