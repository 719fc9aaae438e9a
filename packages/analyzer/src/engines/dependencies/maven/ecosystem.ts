import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import { readGradle } from './gradle.ts';
import { type Pom, parsePom } from './pom.ts';
import { PomModels } from './pom-model.ts';

const gradleNames = new Set(['build.gradle', 'build.gradle.kts', 'gradle.lockfile']);

/** Reads Maven's POMs and Gradle's build files, catalogs and lockfiles. */
export const mavenReader: EcosystemReader = {
  ecosystem: 'Maven',
  reads: (path, name) =>
    name === 'pom.xml' || gradleNames.has(name) || /(?:^|\/)gradle\/libs\.versions\.toml$/.test(path),
  async read(paths, source): Promise<ReaderResult> {
    const poms = new Map<string, Pom>();
    for (const path of paths.filter((one) => one.endsWith('pom.xml'))) {
      const pom = await source.parse(path, parsePom);
      if (pom !== null) poms.set(path, pom);
    }
    const models = new PomModels(poms);
    const graphs = [...poms.keys()].map((path) => ({ manifest: path, graph: models.graphOf(path) }));
    return { graphs: [...graphs, ...(await readGradle(paths, source))] };
  },
};
