import { getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { plainText, type Registry } from '../registry.ts';

/** https://github.com/hexpm/specifications/blob/main/apiary.apib (packages) */
export const hexRegistry: Registry = {
  ecosystem: 'Hex',
  url: 'https://hex.pm',
  async look({ name, version }, client) {
    const answer = await client.json(`/api/packages/${encodeURIComponent(name)}`);
    if (answer === undefined) return null;
    const retirement = version === null ? undefined : getProperty(getProperty(answer, 'retirements'), version);
    const reason = getText(retirement, 'message') ?? getText(retirement, 'reason');
    return {
      latest: getText(answer, 'latest_stable_version'),
      deprecated: retirement === undefined ? null : plainText(reason ?? 'It is retired.'),
      yanked: false,
    };
  },
};
