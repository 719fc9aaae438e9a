import { ManifestError } from '../manifest-error.ts';
import { PackageGraph } from '../package-graph.ts';
import { type GradleDependency, gradleScope } from './gradle-build.ts';

/**
 * Parses gradle.lockfile, with lines `group:artifact:version=configuration,configuration`:
 * https://docs.gradle.org/current/userguide/dependency_locking.html
 * It does not say which package needs which; the build files say which ones are direct.
 */
export const readGradleLockfile = (source: string, requested: readonly GradleDependency[]): PackageGraph => {
  const graph = new PackageGraph();
  const direct = new Map(requested.map((dependency) => [dependency.name, dependency]));
  for (const [index, line] of source.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#') || line.startsWith('empty=')) continue;
    const found = /^([^:=\s]+):([^:=\s]+):([^:=\s]+)=(.*)$/.exec(line);
    if (found === null) throw new ManifestError('not a line of a Gradle lockfile', index + 1);
    const [, group, artifact, version = null, configurations = ''] = found;
    const name = `${group}:${artifact}`;
    const scope = configurations.split(',').every((one) => gradleScope(one) === 'development')
      ? 'development'
      : 'runtime';
    const added = graph.add({ name, version, line: index + 1, scope });
    const dependency = direct.get(name);
    if (dependency !== undefined) graph.markDirect(added, dependency.requirement, scope);
  }
  return graph;
};
