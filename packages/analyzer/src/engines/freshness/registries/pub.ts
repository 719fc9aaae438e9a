import { own, ownList, ownText } from '../../dependencies/untrusted.ts';
import { plainText, type Registry } from '../registry.ts';

/** https://github.com/dart-lang/pub/blob/master/doc/repository-spec-v2.md#list-all-versions-of-a-package */
export const pubRegistry: Registry = {
  ecosystem: 'Pub',
  url: 'https://pub.dev',
  async look({ name, version }, client) {
    const answer = await client.json(`/api/packages/${encodeURIComponent(name)}`, 'application/vnd.pub.v2+json');
    if (answer === undefined) return null;
    const used = ownList(answer, 'versions').find((one) => ownText(one, 'version') === version);
    const instead = ownText(answer, 'replacedBy');
    return {
      latest: ownText(own(answer, 'latest'), 'version'),
      deprecated:
        own(answer, 'isDiscontinued') === true
          ? plainText(`It is discontinued.${instead === null ? '' : ` Use ${instead} instead.`}`)
          : null,
      yanked: version !== null && own(used, 'retracted') === true,
    };
  },
};
