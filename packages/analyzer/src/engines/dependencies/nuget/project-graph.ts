import { PackageGraph, type Scope } from '../package-graph.ts';
import { expandProperties, type MsbuildFile, pinned } from './msbuild.ts';

/**
 * Builds the graph of a project file.
 * @param above Directory.Build.props and Directory.Packages.props of its folder and those above, nearest first: the
 *   nearest central version applies
 */
export const projectGraph = (project: MsbuildFile, above: readonly MsbuildFile[]): PackageGraph => {
  const graph = new PackageGraph();
  const files = [project, ...above];
  const fill = (text: string): string => expandProperties(text, files);
  const isTest =
    fill(project.properties.get('istestproject') ?? '').toLowerCase() === 'true' ||
    project.references.some(({ name }) => name.toLowerCase() === 'microsoft.net.test.sdk');
  for (const { name, version, privateAssets, line } of project.references) {
    const key = fill(name).toLowerCase();
    const declared = version ?? above.map((file) => file.versions.get(key)).find((one) => one !== undefined) ?? null;
    const requirement = declared === null ? null : fill(declared);
    const scope: Scope = isTest || privateAssets ? 'development' : 'runtime';
    graph.markDirect(graph.add({ name: fill(name), version: pinned(requirement), line }), requirement, scope);
  }
  return graph;
};

/** Builds the graph of the tools that Directory.Packages.props adds to every project. */
export const globalsGraph = (file: MsbuildFile): PackageGraph => {
  const graph = new PackageGraph();
  for (const { name, version, line } of file.globals) {
    const requirement = version === null ? null : expandProperties(version, [file]);
    graph.markDirect(graph.add({ name, version: pinned(requirement), line }), requirement, 'development');
  }
  return graph;
};
