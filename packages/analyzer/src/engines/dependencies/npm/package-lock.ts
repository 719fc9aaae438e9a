import { LineFinder } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { keys, own, ownEntries, ownText } from '../untrusted.ts';
import { askFor, type NpmLockfile } from './lockfile.ts';
import { findModule, isInstalledPath, isSensiblePath, ModuleFolders, nameOfPath } from './module-folders.ts';
import { type NpmRequirement, npmRequirements, type PackageJson } from './package-json.ts';
import { readPackageLockV1 } from './package-lock-v1.ts';
import { isRepository, repositoryTarget } from './requirement.ts';

/**
 * Parses package-lock.json and npm-shrinkwrap.json, versions 1 to 3:
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 * @param manifest package.json of the project, because version 1 does not repeat its requirements
 */
export const readPackageLock = (source: string, manifest: PackageJson | null): NpmLockfile => {
  const lock = parseJson(source);
  const packages = own(lock, 'packages');
  const paths = keys(packages);
  if (paths.length === 0) return readPackageLockV1(source, lock, manifest);

  const graph = new PackageGraph();
  const folders = new ModuleFolders();
  const members: string[] = [];
  const installed: string[] = [];
  const indices: number[] = [];
  const lines = new LineFinder(source);
  lines.find('"packages"');
  for (const path of paths) {
    const entry = own(packages, path);
    const line = lines.find(`${JSON.stringify(path)}:`);
    if (!isSensiblePath(path)) continue;
    if (!isInstalledPath(path)) members.push(path);
    else if (own(entry, 'link') !== true && ownText(entry, 'resolved')?.startsWith('file:') !== true) {
      const index = graph.add({ ...identify(path, entry), line });
      folders.add(path, index);
      installed.push(path);
      indices.push(index);
    }
  }

  for (const [place, path] of installed.entries()) {
    const entry = own(packages, path);
    const index = indices[place] ?? 0;
    const folder = folders.nearest(path);
    for (const group of ['dependencies', 'optionalDependencies']) {
      for (const [name] of ownEntries(entry, group)) graph.need(index, findModule(folder, name));
    }
    const peers = peersOf(entry);
    for (const { name } of peers.needed) graph.need(index, findModule(folder, name));
    for (const { name } of peers.optional) graph.mayUse(index, findModule(folder, name));
  }
  for (const path of members) {
    const entry = own(packages, path);
    const folder = folders.nearest(path);
    const asked = [...npmRequirements(entry), ...peersOf(entry).needed];
    askFor(graph, asked, ({ name }) => findModule(folder, name));
  }
  return { graph, members };
};

const identify = (path: string, entry: unknown) => {
  const name = ownText(entry, 'name') ?? nameOfPath(path);
  const resolved = ownText(entry, 'resolved') ?? '';
  return {
    name,
    version: ownText(entry, 'version'),
    licence: ownText(entry, 'license') ?? undefined,
    scope: own(entry, 'dev') === true ? ('development' as const) : ('runtime' as const),
    ...(isRepository(resolved) ? repositoryTarget(name, resolved) : {}),
  };
};

const peersOf = (entry: unknown): { needed: NpmRequirement[]; optional: NpmRequirement[] } => {
  const meta = own(entry, 'peerDependenciesMeta');
  const peers = { needed: [] as NpmRequirement[], optional: [] as NpmRequirement[] };
  for (const [name, requirement] of ownEntries(entry, 'peerDependencies')) {
    const kind = own(own(meta, name), 'optional') === true ? peers.optional : peers.needed;
    kind.push({ name, requirement: String(requirement), scope: 'runtime' });
  }
  return peers;
};
