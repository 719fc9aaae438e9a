import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseYaml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { asText, getEntries, getProperty, getText } from '../untrusted-data.ts';

interface PubRequirement {
  name: string;
  requirement: string;
  scope: Scope;
  version: string | null;
  vcs?: string;
  line: number | null;
}

export interface Pubspec {
  requirements: PubRequirement[];
}

/** Parses pubspec.yaml: https://dart.dev/tools/pub/dependencies. Packages from the SDK and from folders are omitted. */
export const parsePubspec = (source: string): Pubspec => {
  const manifest = parseYaml(source);
  const lines = new LineFinder(source);
  const read = (group: string, scope: Scope): PubRequirement[] => {
    lines.rewind().find(`\n${group}:`);
    return getEntries(manifest, group).flatMap(([name, value]) => {
      const line = lines.find(`  ${name}:`);
      if (getProperty(value, 'sdk') !== undefined || getProperty(value, 'path') !== undefined) return [];
      const repository = getProperty(value, 'git');
      const url = asText(repository) ?? getText(repository, 'url');
      if (url !== null) {
        const ref = getText(repository, 'ref') ?? '';
        const commit = isCommit(ref) ? ref : null;
        return [{ name, requirement: withoutCredentials(url), scope, version: commit, vcs: vcsUrl(url, commit), line }];
      }
      const requirement = asText(value) ?? getText(value, 'version') ?? 'any';
      const version = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(requirement) ? requirement : null;
      return [{ name, requirement, scope, version, line }];
    });
  };
  return { requirements: [...read('dependencies', 'runtime'), ...read('dev_dependencies', 'development')] };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const pubspecGraph = ({ requirements }: Pubspec): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of requirements) graph.markDirect(graph.add(requested), requested.requirement, requested.scope);
  return graph;
};
