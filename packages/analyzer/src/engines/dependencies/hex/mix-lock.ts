import { ManifestError } from '../manifest-error.ts';
import { PackageGraph } from '../package-graph.ts';
import { vcsUrl } from '../repository-url.ts';
import type { MixRequirement } from './mix-exs.ts';

/**
 * Parses mix.lock, an Elixir map with one package per line:
 * `"name": {:hex, :package, "1.2.3", "hash", [:mix], [{:other, "~> 1.0", [hex: :other, …, optional: false]}], "hexpm",
 * "hash"},`.
 */
export const readMixLock = (source: string, requirements: readonly MixRequirement[]): PackageGraph => {
  const graph = new PackageGraph();
  const byKey = new Map<string, number>();
  const needs: [index: number, keys: string[]][] = [];
  for (const [number, line] of source.split('\n').entries()) {
    const key = /^\s*"?([\w.-]+)"?(?::|\s*=>)\s*\{:(\w+)/.exec(line);
    if (key === null) {
      if (/^(?:<<<<<<<|=======|>>>>>>>)/.test(line))
        throw new ManifestError('holds the marks of a merge conflict', number + 1);
      continue;
    }
    const [whole, name = '', kind] = key;
    const rest = line.slice(whole.length);
    if (kind === 'hex') {
      const hex = /^,\s*:"?([\w.-]+)"?,\s*"([^"]+)"/.exec(rest);
      if (hex === null) throw new ManifestError('not an entry of Hex', number + 1);
      const index = graph.add({ name: hex[1] ?? name, version: hex[2] ?? null, line: number + 1 });
      byKey.set(name, index);
      needs.push([index, needsOf(rest)]);
    } else if (kind === 'git') {
      const git = /^,\s*"([^"]+)",\s*"([0-9a-f]+)"/.exec(rest);
      if (git === null) throw new ManifestError('not an entry of git', number + 1);
      const [, url = '', commit = null] = git;
      byKey.set(name, graph.add({ name, version: commit, vcs: vcsUrl(url, commit), line: number + 1 }));
    }
  }
  for (const [index, keys] of needs) {
    for (const key of keys) graph.addDependency(index, byKey.get(key));
  }
  if (requirements.length === 0) graph.markRootsDirect();
  for (const { key, requirement, scope } of requirements) {
    const requested = byKey.get(key);
    if (requested !== undefined) graph.markDirect(requested, requirement, scope);
  }
  return graph;
};

const needsOf = (entry: string): string[] =>
  [...entry.matchAll(/\{:"?(\w{1,200})"?, "[^"]{0,200}", \[[^\]]{0,300}\boptional: false\b[^\]]{0,300}\]\}/g)].map(
    (need) => need[1] ?? '',
  );
