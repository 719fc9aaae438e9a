import { getList, getProperty, getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';

/** The API of pub.dev: https://github.com/dart-lang/pub/blob/master/doc/repository-spec-v2.md#list-all-versions-of-a-package */
export const pubRegistry: Registry = {
  ecosystem: 'Pub',
  url: 'https://pub.dev',
  async lookUp({ name, version }, client) {
    const response = await client.json(`/api/packages/${encodeURIComponent(name)}`, 'application/vnd.pub.v2+json');
    if (response === undefined) return null;
    const used = getList(response, 'versions').find((one) => getText(one, 'version') === version);
    const instead = getText(response, 'replacedBy');
    return {
      latest: getText(getProperty(response, 'latest'), 'version'),
      deprecated:
        getProperty(response, 'isDiscontinued') === true
          ? shortLine(`It is discontinued.${instead === null ? '' : ` Use ${instead} instead.`}`)
          : null,
      yanked: version !== null && getProperty(used, 'retracted') === true,
    };
  },
};
