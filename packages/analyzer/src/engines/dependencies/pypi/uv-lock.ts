import { PackageGraph, type Scope } from '../package-graph.ts';
import { isCommit, vcsUrl } from '../repository-url.ts';
import { readTomlPackages } from '../toml-packages.ts';
import { asList, getEntries, getList, getProperty, getText } from '../untrusted-data.ts';
import { PackagesByName } from './packages-by-name.ts';
import { scopeOfExtra } from './pyproject.ts';
import { normalizeName } from './python-requirement.ts';

export interface UvLock {
  graph: PackageGraph;
  /** Folders of the project's own packages, relative to the lockfile's folder (which is ''). */
  members: string[];
}

/**
 * Parses uv.lock, which includes the project's own packages and their requirements:
 * https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
 */
export const readUvLock = (source: string): UvLock => {
  const graph = new PackageGraph();
  const packageIndices = new PackagesByName();
  const packages: { table: unknown; index: number }[] = [];
  const projects: unknown[] = [];
  const members: string[] = [];
  for (const { table, line } of readTomlPackages(source)) {
    const name = getText(table, 'name');
    const folder = folderOf(table);
    if (folder !== null) {
      projects.push(table);
      members.push(folder === '.' ? '' : folder);
    } else if (name !== null) {
      const index = graph.add({ ...identify(normalizeName(name), table), line });
      packages.push({ table, index });
      for (const id of [name, `${name} ${getText(table, 'version')}`]) packageIndices.add(id, index);
    }
  }
  /** A reference has a version only if the lockfile has several versions of the package. */
  const find = (needed: unknown): readonly number[] => {
    const name = getText(needed, 'name');
    const version = getText(needed, 'version');
    return packageIndices.find(version === null ? `${name}` : `${name} ${version}`);
  };

  for (const { table, index } of packages) {
    const extras = getEntries(table, 'optional-dependencies').flatMap(([, needed]) => asList(needed));
    for (const needed of [...getList(table, 'dependencies'), ...extras])
      for (const to of find(needed)) graph.addDependency(index, to);
  }
  for (const table of projects) {
    const specifiers = specifiersOf(table);
    const ask = (needed: unknown, scope: Scope): void => {
      for (const to of find(needed)) graph.markDirect(to, specifiers.get(getText(needed, 'name') ?? '') ?? null, scope);
    };
    for (const needed of getList(table, 'dependencies')) ask(needed, 'runtime');
    for (const [extra, all] of getEntries(table, 'optional-dependencies')) {
      for (const needed of asList(all)) ask(needed, scopeOfExtra(extra));
    }
    for (const [, all] of getEntries(table, 'dev-dependencies'))
      for (const needed of asList(all)) ask(needed, 'development');
  }
  return { graph, members };
};

/** Returns the folder of a package of the repository; null for other packages. */
const folderOf = (table: unknown): string | null => {
  const from = getProperty(table, 'source');
  return getText(from, 'editable') ?? getText(from, 'virtual') ?? getText(from, 'directory');
};

const specifiersOf = (table: unknown): Map<string, string> => {
  const metadata = getProperty(table, 'metadata');
  const groups = getEntries(metadata, 'requires-dev').flatMap(([, requested]) => asList(requested));
  const specifiers = new Map<string, string>();
  for (const requested of [...getList(metadata, 'requires-dist'), ...groups]) {
    const name = getText(requested, 'name');
    const specifier = getText(requested, 'specifier');
    if (name !== null && specifier !== null && !specifiers.has(name)) specifiers.set(name, specifier);
  }
  return specifiers;
};

/** uv writes a repository as `https://host/owner/name?rev=main#commit`. */
const identify = (name: string, table: unknown) => {
  const repository = getText(getProperty(table, 'source'), 'git');
  if (repository === null) return { name, version: getText(table, 'version') };
  const [address = '', ref = ''] = repository.split('#', 2);
  const commit = isCommit(ref) ? ref : null;
  return { name, version: commit, vcs: vcsUrl(address.split('?', 1)[0] ?? address, commit) };
};
