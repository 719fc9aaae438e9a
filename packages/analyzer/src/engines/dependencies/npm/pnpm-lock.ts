import { PackageGraph } from '../package-graph.ts';
import { vcsUrl } from '../repository-url.ts';
import { readFlowMap, readLockfileLines } from './lockfile-yaml.ts';
import { markDirectDependencies, type NpmLockfile } from './npm-lockfile.ts';
import { archiveTarget, splitDescriptor } from './npm-requirement.ts';
import type { NpmRequirement } from './package-json.ts';

interface Entry {
  line: number;
  name: string | null;
  version: string | null;
  repository: string | null;
  commit: string | null;
  tarball: string | null;
  development: boolean;
  needs: [name: string, reference: string][];
}

interface Importer {
  requested: { name: string; group: string; specifier: string; reference: string }[];
  /** Requirements by package name, which version 5 of the lockfile lists separately from the resolved versions. */
  specifiers: Map<string, string>;
}

interface Lock {
  importers: Map<string, Importer>;
  packages: Map<string, Entry>;
  catalogs: Map<string, string>;
}

const groups = new Set(['dependencies', 'devDependencies', 'optionalDependencies']);

/**
 * Parses pnpm-lock.yaml, versions 5, 6 and 9: https://github.com/pnpm/spec/tree/master/lockfile
 * Version 9 lists dependencies under `snapshots`, once per set of peers; the snapshots of one version are merged.
 */
export const readPnpmLock = (source: string): NpmLockfile => {
  const lock = readLock(source);
  const graph = new PackageGraph();
  const indices = new Map<string, number>();
  for (const [id, entry] of lock.packages) {
    const identity = identify(id, entry);
    if (identity === null) continue;
    const scope = entry.development ? ('development' as const) : ('runtime' as const);
    indices.set(id, graph.add({ ...identity, line: entry.line, scope }));
  }
  const find = (name: string, reference: string): number | undefined => {
    if (/^(?:link|file|workspace):/.test(reference)) return undefined;
    const bare = withoutPeers(reference);
    for (const id of [`${name}@${bare}`, bare, `/${name}@${bare}`, `/${name}/${bare}`]) {
      const found = indices.get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  for (const [id, entry] of lock.packages) {
    const index = indices.get(id);
    if (index === undefined) continue;
    for (const [name, reference] of entry.needs) graph.addDependency(index, find(name, reference));
  }
  for (const importer of lock.importers.values()) {
    for (const { name, group, specifier, reference } of importer.requested) {
      const requested: NpmRequirement = {
        name,
        requirement: requirementOf(lock, name, specifier || (importer.specifiers.get(name) ?? '')),
        scope: group === 'devDependencies' ? 'development' : 'runtime',
      };
      markDirectDependencies(graph, [requested], () => find(name, reference));
    }
  }
  return { graph, members: [...lock.importers.keys()].map((path) => (path === '.' ? '' : path)) };
};

/** Resolves `catalog:` to the requirement in the workspace's catalog. */
const requirementOf = (lock: Lock, name: string, specifier: string): string => {
  if (!specifier.startsWith('catalog:')) return specifier;
  return lock.catalogs.get(`${specifier.slice(8) || 'default'}\n${name}`) ?? specifier;
};

const readLock = (source: string): Lock => {
  const lock: Lock = { importers: new Map(), packages: new Map(), catalogs: new Map() };
  /** Keys of the lines under which the current line of the lockfile is nested, with their indents in `indents`. */
  const path: string[] = [];
  const indents: number[] = [];
  for (const { indent, key, value, line } of readLockfileLines(source)) {
    while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) {
      indents.pop();
      path.pop();
    }
    // Skip lines that are nested more deeply than everything that is read from the lockfile.
    if (path.length > 6) continue;
    path.push(key);
    indents.push(indent);
    const [section = '', ...rest] = path;
    if (section === 'packages' || section === 'snapshots') readPackageLine(lock, rest, value, line);
    else if (section === 'importers') readImporterLine(importerOf(lock, rest[0]), rest.slice(1), value);
    else if (section === 'catalogs') {
      if (rest.length === 3 && rest[2] === 'specifier') lock.catalogs.set(`${rest[0]}\n${rest[1]}`, value);
    } else
      readImporterLine(groups.has(section) || section === 'specifiers' ? importerOf(lock, '.') : null, path, value);
  }
  return lock;
};

const importerOf = (lock: Lock, path = '.'): Importer => {
  const existing = lock.importers.get(path);
  if (existing !== undefined) return existing;
  const importer: Importer = { requested: [], specifiers: new Map() };
  lock.importers.set(path, importer);
  return importer;
};

const readImporterLine = (importer: Importer | null, path: readonly string[], value: string): void => {
  if (importer === null) return;
  const [group = '', name = '', field] = path;
  if (group === 'specifiers' && path.length === 2) importer.specifiers.set(name, value);
  if (!groups.has(group)) return;
  if (path.length === 2) importer.requested.push({ name, group, specifier: '', reference: value });
  const last = importer.requested.at(-1);
  if (path.length !== 3 || last === undefined) return;
  if (field === 'specifier') last.specifier = value;
  else if (field === 'version') last.reference = value;
};

const readPackageLine = (lock: Lock, path: readonly string[], value: string, line: number): void => {
  const [key, field, inner] = path;
  if (key === undefined) return;
  const id = withoutPeers(key);
  const entry = lock.packages.get(id) ?? newEntry(line);
  if (path.length === 1) lock.packages.set(id, entry);
  else if (path.length === 2) {
    if (field === 'name') entry.name = value;
    else if (field === 'version') entry.version = value;
    else if (field === 'dev') entry.development = value === 'true';
    else if (field === 'resolution') for (const [name, field] of readFlowMap(value)) readResolution(entry, name, field);
  } else if (path.length === 3 && inner !== undefined) {
    if (field === 'dependencies' || field === 'optionalDependencies') entry.needs.push([inner, value]);
    else if (field === 'resolution') readResolution(entry, inner, value);
  }
};

const newEntry = (line: number): Entry => ({
  line,
  name: null,
  version: null,
  repository: null,
  commit: null,
  tarball: null,
  development: false,
  needs: [],
});

const readResolution = (entry: Entry, name: string, value: string): void => {
  if (name === 'repo') entry.repository = value;
  else if (name === 'commit') entry.commit = value;
  else if (name === 'tarball') entry.tarball = value;
};

/** Removes the peers for which a package was installed: `1.0.0(react@18.2.0)`, before version 6 `1.0.0_react@18.2.0`. */
const withoutPeers = (id: string): string => {
  const bracket = id.indexOf('(');
  if (bracket >= 0) return id.slice(0, bracket);
  const underscore = id.indexOf('_', id.lastIndexOf('/'));
  return underscore > 0 && /\d$/.test(id.slice(0, underscore)) && /^(?:\/.*\/)?\d/.test(id)
    ? id.slice(0, underscore)
    : id;
};

/** Returns name and version of a package in the lockfile; null for a package of the project itself. */
const identify = (id: string, entry: Entry) => {
  if (id.includes('@file:') || id.startsWith('file:') || id.startsWith('link:')) return null;
  const bare = id.startsWith('/') ? id.slice(1) : id;
  const { name: named, rest } = splitDescriptor(bare);
  // Version 5 of the lockfile writes ids of packages as `/@scope/name/1.0.0`.
  const old = id.startsWith('/') && rest === null;
  const slash = bare.lastIndexOf('/');
  const name = entry.name ?? (old ? bare.slice(0, slash) : named);
  if (entry.repository !== null) {
    return { name, version: entry.commit, vcs: vcsUrl(entry.repository, entry.commit) };
  }
  const archive = archiveTarget(name, entry.tarball ?? '');
  if (archive !== null) return archive;
  const version = entry.version ?? (old ? bare.slice(slash + 1) : rest);
  return { name, version: version !== null && /^\d/.test(version) ? version : null };
};
