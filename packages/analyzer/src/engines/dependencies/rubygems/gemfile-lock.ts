import { ManifestError } from '../manifest-error.ts';
import { PackageGraph } from '../package-graph.ts';
import { vcsUrl } from '../repository-url.ts';
import type { GemRequirement } from './gemfile.ts';

interface Gem {
  /** Index of the gem in the dependency graph; null for a gem of the repository itself, whose dependencies count as direct ones. */
  index: number | null;
  needs: string[];
}

/**
 * Parses Bundler's Gemfile.lock. In the `specs:` of the sections GEM, GIT and PATH, a gem is indented by four spaces
 * and its dependencies by six; DEPENDENCIES lists the requirements of the Gemfile. Builds of a gem for several
 * platforms are one package.
 */
export const readGemfileLock = (source: string, requirements: readonly GemRequirement[]): PackageGraph => {
  const graph = new PackageGraph();
  const gems = new Map<string, Gem>();
  const requested: [name: string, requirement: string | null][] = [];
  let section = '';
  let remote = '';
  let revision: string | null = null;
  let gem: Gem | undefined;

  for (const [number, line] of source.split(/\r?\n/).entries()) {
    if (/^(?:<<<<<<<|=======|>>>>>>>)/.test(line))
      throw new ManifestError('holds the marks of a merge conflict', number + 1);
    if (/^[A-Z]/.test(line)) {
      section = line.trim();
      remote = '';
      revision = null;
      continue;
    }
    const entry = /^( +)([\w.-]+)(!?)(?: \(([^)]*)\))?(!?)$/.exec(line);
    const setting = /^ {2}(\w+): (.*)$/.exec(line);
    if (setting?.[1] === 'remote') remote = setting[2] ?? '';
    else if (setting?.[1] === 'revision') revision = setting[2] ?? null;
    if (entry === null) continue;
    const [, { length: indent } = '', name = '', , version] = entry;
    if (section === 'DEPENDENCIES' && indent === 2) requested.push([name, version ?? null]);
    else if (indent === 4 && (section === 'GEM' || section === 'GIT' || section === 'PATH')) {
      gem = gems.get(name) ?? { index: null, needs: [] };
      gems.set(name, gem);
      const line = number + 1;
      if (section === 'GEM') gem.index = graph.add({ name, version: version?.split('-', 1)[0] ?? null, line });
      else if (section === 'GIT')
        gem.index = graph.add({ name, version: revision, vcs: vcsUrl(remote, revision), line });
    } else if (indent === 6) gem?.needs.push(name);
  }

  for (const { index, needs } of gems.values()) {
    for (const name of needs) {
      const needed = gems.get(name)?.index ?? null;
      if (needed === null) continue;
      if (index === null) graph.markDirect(needed, null, 'runtime');
      else graph.addDependency(index, needed);
    }
  }
  const scopes = new Map(requirements.map(({ name, scope }) => [name, scope]));
  for (const [name, requirement] of requested) {
    const index = gems.get(name)?.index ?? null;
    if (index !== null) graph.markDirect(index, requirement, scopes.get(name) ?? 'runtime');
  }
  return graph;
};
