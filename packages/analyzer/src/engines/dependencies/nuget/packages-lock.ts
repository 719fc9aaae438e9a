import { LineFinder, objectKeys } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { entries, ownEntries, ownText } from '../untrusted.ts';

/**
 * Parses packages.lock.json, which is grouped by target framework:
 * https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies
 * @param scopes scopes of the project's own references, by lower-case name
 */
export const readPackagesLock = (source: string, scopes: ReadonlyMap<string, Scope>): PackageGraph => {
  const graph = new PackageGraph();
  const lines = new LineFinder(source);
  const keyOf = objectKeys(source);
  for (const [framework, packages] of ownEntries(parseJson(source), 'dependencies')) {
    lines.find(`${JSON.stringify(framework)}:`);
    const byName = new Map<string, number>();
    const needs: [index: number | null, names: string[]][] = [];
    for (const [name, entry] of entries(packages)) {
      const line = lines.find(keyOf(name));
      const names = ownEntries(entry, 'dependencies').map(([needed]) => needed.toLowerCase());
      const kind = ownText(entry, 'type');
      if (kind === 'Project') needs.push([null, names]);
      else {
        const index = graph.add({ name, version: ownText(entry, 'resolved'), line });
        byName.set(name.toLowerCase(), index);
        needs.push([index, names]);
        const scope = scopes.get(name.toLowerCase()) ?? 'runtime';
        if (kind === 'Direct') graph.ask(index, ownText(entry, 'requested'), scope);
      }
    }
    for (const [index, names] of needs) {
      for (const name of names) {
        const needed = byName.get(name);
        if (needed === undefined) continue;
        // Direct dependencies of another project of the repository.
        if (index === null) graph.ask(needed, null, 'runtime');
        else graph.need(index, needed);
      }
    }
  }
  return graph;
};
