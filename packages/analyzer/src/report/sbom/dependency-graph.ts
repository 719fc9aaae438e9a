import type { Dependency } from '../../facts.ts';

export interface SbomDependency {
  ref: string;
  dependsOn?: string[];
}

/**
 * Builds the dependency graph from the shortest paths in the report. These paths contain names without versions, so
 * that an edge is omitted if a lockfile has several versions of the parent.
 */
export function dependencyGraph(root: string, dependencies: readonly Dependency[]): SbomDependency[] {
  const named = new Map<string, string | null>();
  const keyOf = ({ manifest, ecosystem }: Dependency, name: string): string =>
    JSON.stringify([manifest, ecosystem, name]);
  for (const dependency of dependencies) {
    const key = keyOf(dependency, dependency.name);
    const other = named.get(key);
    named.set(key, other === undefined || other === dependency.purl ? dependency.purl : null);
  }
  const needs = new Map<string, Set<string>>([[root, new Set()]]);
  for (const { purl } of dependencies) needs.set(purl, new Set());
  for (const dependency of dependencies) {
    const { direct, via, purl } = dependency;
    const parent = via.at(-1);
    const from = direct ? root : parent === undefined ? null : named.get(keyOf(dependency, parent));
    if (from != null && from !== purl) needs.get(from)?.add(purl);
  }
  return [...needs].map(([ref, on]) => (on.size === 0 ? { ref } : { ref, dependsOn: [...on] }));
}
