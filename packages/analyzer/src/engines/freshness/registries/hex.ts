import { getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';

/** The API of Hex: https://github.com/hexpm/specifications/blob/main/apiary.apib (packages) */
export const hexRegistry: Registry = {
  ecosystem: 'Hex',
  url: 'https://hex.pm',
  async lookUp({ name, version }, client) {
    const response = await client.json(`/api/packages/${encodeURIComponent(name)}`);
    if (response === undefined) return null;
    const retirement = version === null ? undefined : getProperty(getProperty(response, 'retirements'), version);
    const reason = getText(retirement, 'message') ?? getText(retirement, 'reason');
    return {
      latest: getText(response, 'latest_stable_version'),
      deprecated: retirement === undefined ? null : shortLine(reason ?? 'It is retired.'),
      yanked: false,
    };
  },
};
