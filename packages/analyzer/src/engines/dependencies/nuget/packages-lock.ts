import { LineFinder, objectKeys } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { entriesOf, getEntries, getText } from '../untrusted-data.ts';

/**
 * Parses packages.lock.json, which is grouped by target framework:
 * https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies
 * @param scopes scopes of the project's own references, by lower-case name
 */
export const readPackagesLock = (source: string, scopes: ReadonlyMap<string, Scope>): PackageGraph => {
  const graph = new PackageGraph();
  const lines = new LineFinder(source);
  const keyOf = objectKeys(source);
  for (const [framework, packages] of getEntries(parseJson(source), 'dependencies')) {
    lines.find(`${JSON.stringify(framework)}:`);
    const byName = new Map<string, number>();
    const needs: [index: number | null, names: string[]][] = [];
    for (const [name, entry] of entriesOf(packages)) {
      const line = lines.find(keyOf(name));
      const names = getEntries(entry, 'dependencies').map(([needed]) => needed.toLowerCase());
      const kind = getText(entry, 'type');
      if (kind === 'Project') needs.push([null, names]);
      else {
        const index = graph.add({ name, version: getText(entry, 'resolved'), line });
        byName.set(name.toLowerCase(), index);
        needs.push([index, names]);
        const scope = scopes.get(name.toLowerCase()) ?? 'runtime';
        if (kind === 'Direct') graph.markDirect(index, getText(entry, 'requested'), scope);
      }
    }
    for (const [index, names] of needs) {
      for (const name of names) {
        const needed = byName.get(name);
        if (needed === undefined) continue;
        // A null index stands for another project of the repository: what that project needs is a direct dependency.
        if (index === null) graph.markDirect(needed, null, 'runtime');
        else graph.addDependency(index, needed);
      }
    }
  }
  return graph;
};
