import { LineFinder } from '../line-finder.ts';
import { type GraphPackage, PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { isCommit, vcsUrl } from '../repository-url.ts';
import { getEntries, getList, getProperty, getText } from '../untrusted-data.ts';
import type { ComposerJson } from './composer-json.ts';

/**
 * Parses composer.lock: https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control
 * A branch (`dev-main`) is reported as its commit.
 */
export const readComposerLock = (source: string, manifest: ComposerJson | undefined): PackageGraph => {
  const lock = parseJson(source);
  const lines = new LineFinder(source);
  const graph = new PackageGraph();
  const byName = new Map<string, number>();
  const needs: [index: number, names: string[]][] = [];
  for (const [group, scope] of [
    ['packages', 'runtime'],
    ['packages-dev', 'development'],
  ] as const) {
    for (const entry of getList(lock, group)) {
      const identity = identify(entry);
      if (identity === null) continue;
      const line = lines.find(`"name": ${JSON.stringify(getText(entry, 'name'))}`);
      const index = graph.add({ ...identity, line, licence: licenseOf(entry), scope: scope satisfies Scope });
      byName.set(identity.name, index);
      // Other packages may require this package by a name that it provides or replaces.
      for (const other of ['provide', 'replace']) {
        for (const [name] of getEntries(entry, other)) {
          if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), index);
        }
      }
      needs.push([index, getEntries(entry, 'require').map(([name]) => name.toLowerCase())]);
    }
  }
  for (const [index, names] of needs) {
    for (const name of names) graph.addDependency(index, byName.get(name));
  }
  if (manifest === undefined) graph.markRootsDirect();
  for (const { name, requirement, scope } of manifest?.requirements ?? []) {
    const requested = byName.get(name);
    if (requested !== undefined) graph.markDirect(requested, requirement, scope);
  }
  return graph;
};

/** Returns name and version of a package in the lockfile; null for a package in a folder of the repository. */
const identify = (entry: unknown): Pick<GraphPackage, 'name' | 'version' | 'vcs'> | null => {
  const name = getText(entry, 'name')?.toLowerCase();
  if (name === undefined || getText(getProperty(entry, 'dist'), 'type') === 'path') return null;
  const version = getText(entry, 'version');
  if (version === null || !/^dev-|-dev$/.test(version)) return { name, version };
  const origin = getProperty(entry, 'source');
  const reference = getText(origin, 'reference');
  const commit = reference !== null && isCommit(reference) ? reference : null;
  const url = getText(origin, 'url');
  return { name, version: commit, vcs: url === null ? undefined : vcsUrl(url, commit) };
};

/** Joins several licenses with OR, because they are a choice: https://getcomposer.org/doc/04-schema.md#license */
const licenseOf = (entry: unknown): string | undefined => {
  const licenses = getList(entry, 'license').filter((license) => typeof license === 'string');
  if (licenses.length < 2) return licenses[0];
  return licenses
    .map((license) => (license.includes(' ') && !license.startsWith('(') ? `(${license})` : license))
    .join(' OR ');
};
