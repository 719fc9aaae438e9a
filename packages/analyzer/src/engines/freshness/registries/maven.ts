import type { Registry } from '../registry.ts';
import { newestRelease } from '../release-versions.ts';

/** The metadata files of Maven Central: https://maven.apache.org/repositories/metadata.html. The format is simple enough to read with a pattern. */
export const mavenRegistry: Registry = {
  ecosystem: 'Maven',
  url: 'https://repo.maven.apache.org/maven2',
  async lookUp({ name }, client) {
    const [group = '', artifact = ''] = name.split(':');
    const place = [...group.split('.'), artifact].map(encodeURIComponent).join('/');
    const text = await client.text(`/${place}/maven-metadata.xml`, 'application/xml');
    if (text === undefined) return null;
    const versions = [...text.matchAll(/<version>\s*([^<\s]{1,100})\s*<\/version>/g)].flatMap(
      ([, version]) => version ?? [],
    );
    return { latest: newestRelease('Maven', versions), deprecated: null, yanked: false };
  },
};
