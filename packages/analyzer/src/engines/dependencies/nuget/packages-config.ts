import { ManifestError } from '../manifest-error.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseXml } from '../parse-xml.ts';

/**
 * Parses packages.config, which lists all installed packages:
 * https://learn.microsoft.com/nuget/reference/packages-config
 */
export const readPackagesConfig = (source: string): PackageGraph => {
  const root = parseXml(source).first('packages');
  if (root === undefined) throw new ManifestError('not a packages.config: it has no packages element', null);
  const graph = new PackageGraph();
  for (const entry of root.all('package')) {
    const name = entry.value('id');
    if (name === null) continue;
    const version = entry.value('version');
    const line = entry.line();
    const scope = entry.value('developmentDependency')?.toLowerCase() === 'true' ? 'development' : 'runtime';
    graph.markDirect(graph.add({ name, version, line }), version, scope);
  }
  return graph;
};
