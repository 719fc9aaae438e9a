import { PackageGraph } from '../package-graph.ts';
import { PackagesByName } from '../packages-by-name.ts';
import { vcsUrl } from '../repository-url.ts';
import { readTomlPackages } from '../toml-packages.ts';
import { own, ownEntries, ownList, ownText } from '../untrusted.ts';
import type { Pyproject } from './pyproject.ts';
import { normalizeName, parsePythonRequirement } from './python-requirement.ts';

/** Returns the names that a package entry needs; poetry.lock and pdm.lock differ in this. */
type NeedsOf = (table: unknown) => string[];

/**
 * Parses poetry.lock, with `[package.dependencies]` by name:
 * https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock
 */
export const readPoetryLock = (source: string, manifest: Pyproject | null): PackageGraph =>
  readLock(source, manifest, (table) => ownEntries(table, 'dependencies').map(([name]) => name));

/** Parses pdm.lock, with `dependencies` as requirements: https://pdm-project.org/latest/usage/lockfile/ */
export const readPdmLock = (source: string, manifest: Pyproject | null): PackageGraph =>
  readLock(source, manifest, (table) =>
    ownList(table, 'dependencies').flatMap((asked) =>
      typeof asked === 'string' ? (parsePythonRequirement(asked)?.name ?? []) : [],
    ),
  );

const readLock = (source: string, manifest: Pyproject | null, needsOf: NeedsOf): PackageGraph => {
  const graph = new PackageGraph();
  const known = new PackagesByName();
  const needs: [index: number, names: string[]][] = [];
  for (const { table, line } of readTomlPackages(source)) {
    const identity = identify(table);
    if (identity === null) continue;
    const index = graph.add({ ...identity, line, scope: isForDevelopment(table) ? 'development' : 'runtime' });
    known.add(identity.name, index);
    needs.push([index, needsOf(table).map(normalizeName)]);
  }
  for (const [index, names] of needs)
    for (const name of names) for (const needed of known.find(name)) graph.need(index, needed);
  for (const asked of manifest?.requirements ?? []) {
    for (const index of known.find(asked.name)) graph.ask(index, asked.requirement, asked.scope);
  }
  if (manifest === null) graph.askForTheUnneeded();
  return graph;
};

/** Poetry 1 writes `category = "dev"`; Poetry 2 and PDM write `groups = ["dev"]`. */
const isForDevelopment = (table: unknown): boolean => {
  const groups = ownList(table, 'groups');
  if (groups.length === 0) return ownText(table, 'category') === 'dev';
  return !groups.includes('main') && !groups.includes('default');
};

/** Returns null for a folder or file of the repository. */
const identify = (table: unknown) => {
  const name = ownText(table, 'name');
  if (name === null) return null;
  const from = own(table, 'source');
  const kind = ownText(from, 'type');
  // PDM states the source in the package entry itself.
  if (kind === 'directory' || kind === 'file' || own(table, 'path') !== undefined) return null;
  const repository = kind === 'git' ? ownText(from, 'url') : ownText(table, 'git');
  if (repository === null) return { name: normalizeName(name), version: ownText(table, 'version') };
  const commit = ownText(from, 'resolved_reference') ?? ownText(table, 'revision');
  return { name: normalizeName(name), version: commit, vcs: vcsUrl(repository, commit) };
};
