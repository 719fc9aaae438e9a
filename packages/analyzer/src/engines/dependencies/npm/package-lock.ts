import { LineFinder } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { getEntries, getProperty, getText, keysOf } from '../untrusted-data.ts';
import { findModule, isInstalledPath, isPlausiblePath, ModuleFolders, nameOfPath } from './node-modules.ts';
import { markDirectDependencies, type NpmLockfile } from './npm-lockfile.ts';
import { isRepository, repositoryTarget } from './npm-requirement.ts';
import { type NpmRequirement, npmRequirements, type PackageJson } from './package-json.ts';
import { readPackageLockV1 } from './package-lock-v1.ts';

/**
 * Parses package-lock.json and npm-shrinkwrap.json, versions 1 to 3:
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 * @param manifest package.json of the project, because version 1 does not repeat its requirements
 */
export const readPackageLock = (source: string, manifest: PackageJson | null): NpmLockfile => {
  const lock = parseJson(source);
  const packages = getProperty(lock, 'packages');
  const paths = keysOf(packages);
  if (paths.length === 0) return readPackageLockV1(source, lock, manifest);

  const graph = new PackageGraph();
  const folders = new ModuleFolders();
  const members: string[] = [];
  const installed: string[] = [];
  const indices: number[] = [];
  const lines = new LineFinder(source);
  lines.find('"packages"');
  for (const path of paths) {
    const entry = getProperty(packages, path);
    const line = lines.find(`${JSON.stringify(path)}:`);
    if (!isPlausiblePath(path)) continue;
    if (!isInstalledPath(path)) members.push(path);
    else if (getProperty(entry, 'link') !== true && getText(entry, 'resolved')?.startsWith('file:') !== true) {
      const index = graph.add({ ...identify(path, entry), line });
      folders.add(path, index);
      installed.push(path);
      indices.push(index);
    }
  }

  for (const [place, path] of installed.entries()) {
    const entry = getProperty(packages, path);
    const index = indices[place] ?? 0;
    const folder = folders.nearest(path);
    for (const group of ['dependencies', 'optionalDependencies']) {
      for (const [name] of getEntries(entry, group)) graph.addDependency(index, findModule(folder, name));
    }
    const peers = peersOf(entry);
    for (const { name } of peers.needed) graph.addDependency(index, findModule(folder, name));
    for (const { name } of peers.optional) graph.addOptionalPeer(index, findModule(folder, name));
  }
  for (const path of members) {
    const entry = getProperty(packages, path);
    const folder = folders.nearest(path);
    const requested = [...npmRequirements(entry), ...peersOf(entry).needed];
    markDirectDependencies(graph, requested, ({ name }) => findModule(folder, name));
  }
  return { graph, members };
};

const identify = (path: string, entry: unknown) => {
  const name = getText(entry, 'name') ?? nameOfPath(path);
  const resolved = getText(entry, 'resolved') ?? '';
  return {
    name,
    version: getText(entry, 'version'),
    licence: getText(entry, 'license') ?? undefined,
    scope: getProperty(entry, 'dev') === true ? ('development' as const) : ('runtime' as const),
    ...(isRepository(resolved) ? repositoryTarget(name, resolved) : {}),
  };
};

const peersOf = (entry: unknown): { needed: NpmRequirement[]; optional: NpmRequirement[] } => {
  const meta = getProperty(entry, 'peerDependenciesMeta');
  const peers = { needed: [] as NpmRequirement[], optional: [] as NpmRequirement[] };
  for (const [name, requirement] of getEntries(entry, 'peerDependencies')) {
    const kind = getProperty(getProperty(meta, name), 'optional') === true ? peers.optional : peers.needed;
    kind.push({ name, requirement: String(requirement), scope: 'runtime' });
  }
  return peers;
};
