import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import type { ManifestSource } from '../manifest-source.ts';
import type { PackageGraph, Scope } from '../package-graph.ts';
import { folderOf, joinPath, parentFolders } from '../tree-folders.ts';
import { type MsbuildFile, parseMsbuild } from './msbuild.ts';
import { readPackagesConfig } from './packages-config.ts';
import { readPackagesLock } from './packages-lock.ts';
import { globalsGraph, projectGraph } from './project-graph.ts';

const names = new Set(['directory.packages.props', 'packages.config', 'packages.lock.json']);
const isProject = (path: string): boolean => /\.(?:cs|fs|vb)proj$/i.test(path);

/** Reads .NET project files with central package versions, packages.config and packages.lock.json. */
export const nugetReader: EcosystemReader = {
  ecosystem: 'NuGet',
  reads: (path, name) => names.has(name.toLowerCase()) || isProject(path),
  async read(paths, source): Promise<ReaderResult> {
    const graphs: ReaderResult['graphs'] = [];
    const shared = new Map<string, MsbuildFile | null>();
    const projects = new Map<string, PackageGraph>();
    for (const path of paths.filter(isProject)) {
      const project = await source.parse(path, parseMsbuild);
      if (project !== null)
        projects.set(path, projectGraph(project, await sharedAbove(folderOf(path), shared, source)));
    }
    const locked = new Set<string>();
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
      if (name === 'packages.config') {
        const graph = await source.parse(path, readPackagesConfig);
        if (graph !== null) graphs.push({ manifest: path, graph });
      } else if (name === 'packages.lock.json') {
        const folder = folderOf(path);
        const graph = await source.parseLockfile(path, (text) => readPackagesLock(text, scopesIn(folder, projects)));
        if (graph === null) continue;
        graphs.push({ manifest: path, graph });
        locked.add(folder);
      } else if (name === 'directory.packages.props') {
        const file = await source.parse(path, parseMsbuild);
        if (file !== null) graphs.push({ manifest: path, graph: globalsGraph(file) });
      }
    }
    for (const [path, graph] of projects) if (!locked.has(folderOf(path))) graphs.push({ manifest: path, graph });
    return { graphs };
  },
};

/** Returns the files Directory.Build.props and Directory.Packages.props of a folder and of all folders above, nearest first. */
const sharedAbove = async (
  folder: string,
  shared: Map<string, MsbuildFile | null>,
  source: ManifestSource,
): Promise<MsbuildFile[]> => {
  const files: MsbuildFile[] = [];
  for (const above of parentFolders(folder)) {
    for (const name of ['Directory.Build.props', 'Directory.Packages.props']) {
      const path = joinPath(above, name);
      const cached = shared.get(path);
      const file = cached === undefined ? await source.parse(path, parseMsbuild) : cached;
      shared.set(path, file);
      if (file !== null) files.push(file);
    }
  }
  return files;
};

/** Returns the scopes of the packages to which the projects in a folder refer, by lower-case package name. */
const scopesIn = (folder: string, projects: ReadonlyMap<string, PackageGraph>): Map<string, Scope> => {
  const scopes = new Map<string, Scope>();
  for (const [path, graph] of projects) {
    if (folderOf(path) !== folder) continue;
    for (const { name, scope } of graph.dependencies()) {
      if (scopes.get(name.toLowerCase()) !== 'runtime') scopes.set(name.toLowerCase(), scope);
    }
  }
  return scopes;
};
