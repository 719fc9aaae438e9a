import { PackageGraph } from '../package-graph.ts';
import { vcsUrl } from '../repository-url.ts';
import { readTomlPackages } from '../toml-packages.ts';
import { getEntries, getList, getProperty, getText } from '../untrusted-data.ts';
import { PackagesByName } from './packages-by-name.ts';
import type { Pyproject } from './pyproject.ts';
import { normalizeName, parsePythonRequirement } from './python-requirement.ts';

/** Returns the names of the packages that a package entry needs, which poetry.lock and pdm.lock write differently. */
type NeedsOf = (table: unknown) => string[];

/**
 * Parses poetry.lock, with `[package.dependencies]` by name:
 * https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock
 */
export const readPoetryLock = (source: string, manifest: Pyproject | null): PackageGraph =>
  readLock(source, manifest, (table) => getEntries(table, 'dependencies').map(([name]) => name));

/** Parses pdm.lock, with `dependencies` as requirements: https://pdm-project.org/latest/usage/lockfile/ */
export const readPdmLock = (source: string, manifest: Pyproject | null): PackageGraph =>
  readLock(source, manifest, (table) =>
    getList(table, 'dependencies').flatMap((requested) =>
      typeof requested === 'string' ? (parsePythonRequirement(requested)?.name ?? []) : [],
    ),
  );

const readLock = (source: string, manifest: Pyproject | null, needsOf: NeedsOf): PackageGraph => {
  const graph = new PackageGraph();
  const packageIndices = new PackagesByName();
  const needs: [index: number, names: string[]][] = [];
  for (const { table, line } of readTomlPackages(source)) {
    const identity = identify(table);
    if (identity === null) continue;
    const index = graph.add({ ...identity, line, scope: isForDevelopment(table) ? 'development' : 'runtime' });
    packageIndices.add(identity.name, index);
    needs.push([index, needsOf(table).map(normalizeName)]);
  }
  for (const [index, names] of needs)
    for (const name of names) for (const needed of packageIndices.find(name)) graph.addDependency(index, needed);
  for (const requested of manifest?.requirements ?? []) {
    for (const index of packageIndices.find(requested.name))
      graph.markDirect(index, requested.requirement, requested.scope);
  }
  if (manifest === null) graph.markRootsDirect();
  return graph;
};

/** Returns whether a package is for development: Poetry 1 writes `category = "dev"`; Poetry 2 and PDM write `groups = ["dev"]`. */
const isForDevelopment = (table: unknown): boolean => {
  const groups = getList(table, 'groups');
  if (groups.length === 0) return getText(table, 'category') === 'dev';
  return !groups.includes('main') && !groups.includes('default');
};

/** Returns name and version of a package in the lockfile; null for a folder or file of the repository. */
const identify = (table: unknown) => {
  const name = getText(table, 'name');
  if (name === null) return null;
  const from = getProperty(table, 'source');
  const kind = getText(from, 'type');
  // PDM states the source in the package entry itself.
  if (kind === 'directory' || kind === 'file' || getProperty(table, 'path') !== undefined) return null;
  const repository = kind === 'git' ? getText(from, 'url') : getText(table, 'git');
  if (repository === null) return { name: normalizeName(name), version: getText(table, 'version') };
  const commit = getText(from, 'resolved_reference') ?? getText(table, 'revision');
  return { name: normalizeName(name), version: commit, vcs: vcsUrl(repository, commit) };
};
