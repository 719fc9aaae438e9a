import { LineFinder } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseYaml } from '../parse-manifest.ts';
import { vcsUrl } from '../repository-url.ts';
import { getEntries, getProperty, getText } from '../untrusted-data.ts';
import type { Pubspec } from './pubspec.ts';

/**
 * Parses pubspec.lock: https://dart.dev/tools/pub/glossary#lockfile. It says which packages are direct, but not which
 * one needs which.
 */
export const readPubspecLock = (source: string, manifest: Pubspec | undefined): PackageGraph => {
  const graph = new PackageGraph();
  const lines = new LineFinder(source);
  const requested = new Map(manifest?.requirements.map((requirement) => [requirement.name, requirement]));
  for (const [name, entry] of getEntries(parseYaml(source), 'packages')) {
    const line = lines.find(`\n  ${name}:`);
    const from = getText(entry, 'source');
    if (from === 'sdk' || from === 'path') continue;
    const description = getProperty(entry, 'description');
    const url = from === 'git' ? getText(description, 'url') : null;
    const commit = getText(description, 'resolved-ref');
    const index = graph.add({
      name,
      version: from === 'git' ? commit : getText(entry, 'version'),
      vcs: url === null ? undefined : vcsUrl(url, commit),
      line,
    });
    const role = getText(entry, 'dependency') ?? '';
    if (role.startsWith('direct')) {
      const scope = role === 'direct dev' ? 'development' : 'runtime';
      graph.markDirect(index, requested.get(name)?.requirement ?? null, scope);
    }
  }
  return graph;
};
