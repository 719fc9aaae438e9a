import type { ReaderResult } from '../ecosystem-reader.ts';
import type { ManifestSource } from '../manifest-source.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { folderOf, joinPath, parentFolders } from '../tree-folders.ts';
import { type GradleBuild, type GradleDependency, readGradleBuild } from './gradle-build.ts';
import { readGradleLockfile } from './gradle-lockfile.ts';
import { pinned } from './pom-model.ts';
import { type CatalogLibrary, parseVersionCatalog } from './version-catalog.ts';

const catalogPath = 'gradle/libs.versions.toml';

/** Reads the Gradle builds of a tree: build files, version catalogs and lockfiles. */
export const readGradle = async (paths: readonly string[], source: ManifestSource): Promise<ReaderResult['graphs']> => {
  const graphs: ReaderResult['graphs'] = [];
  const builds = new Map<string, GradleBuild>();
  const propertiesOf = new Map<string, ReadonlyMap<string, string>>();
  for (const path of paths.filter((one) => /build\.gradle(?:\.kts)?$/.test(one))) {
    const properties = new Map<string, string>();
    for (const folder of parentFolders(folderOf(path))) {
      const file = joinPath(folder, 'gradle.properties');
      const read = propertiesOf.get(file) ?? (await source.parse(file, readProperties)) ?? new Map<string, string>();
      propertiesOf.set(file, read);
      for (const [name, value] of read) if (!properties.has(name)) properties.set(name, value);
    }
    const build = await source.parse(path, (text) => readGradleBuild(text, properties));
    if (build !== null) builds.set(path, build);
  }

  const catalogs = new Map<string, CatalogLibrary[]>();
  for (const path of paths.filter((one) => one.endsWith(catalogPath))) {
    const catalog = await source.parse(path, parseVersionCatalog);
    if (catalog === null) continue;
    catalogs.set(folderOf(folderOf(path)), catalog);
    graphs.push({ manifest: path, graph: catalogGraph(catalog, aliasesBelow(folderOf(folderOf(path)), builds)) });
  }

  const locked = new Set<string>();
  for (const path of paths.filter((one) => one.endsWith('gradle.lockfile'))) {
    const folder = folderOf(path);
    const requested = [...builds].flatMap(([file, build]) => {
      if (folderOf(file) !== folder) return [];
      const catalog = parentFolders(folder)
        .map((one) => catalogs.get(one))
        .find((one) => one !== undefined);
      return [...build.dependencies, ...fromCatalog(build, catalog ?? [])];
    });
    const graph = await source.parseLockfile(path, (text) => readGradleLockfile(text, requested));
    if (graph === null) continue;
    locked.add(folder);
    graphs.push({ manifest: path, graph });
  }
  for (const [path, build] of builds) {
    if (!locked.has(folderOf(path))) graphs.push({ manifest: path, graph: buildGraph(build) });
  }
  return graphs;
};

const buildGraph = ({ dependencies }: GradleBuild): PackageGraph => {
  const graph = new PackageGraph();
  for (const { name, requirement, scope, line } of dependencies) {
    graph.markDirect(graph.add({ name, version: pinned(requirement), line }), requirement, scope);
  }
  return graph;
};

/** A library is a development dependency if only tests use it. One that no build file mentions counts as runtime. */
const catalogGraph = (catalog: readonly CatalogLibrary[], aliases: ReadonlyMap<string, Scope>): PackageGraph => {
  const graph = new PackageGraph();
  for (const { accessor, name, requirement, line } of catalog) {
    const index = graph.add({ name, version: pinned(requirement), line });
    graph.markDirect(index, requirement, aliases.get(accessor) ?? 'runtime');
  }
  return graph;
};

const aliasesBelow = (folder: string, builds: ReadonlyMap<string, GradleBuild>): Map<string, Scope> => {
  const aliases = new Map<string, Scope>();
  for (const [path, build] of builds) {
    if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
    for (const [alias, scope] of build.aliases) if (aliases.get(alias) !== 'runtime') aliases.set(alias, scope);
  }
  return aliases;
};

const fromCatalog = (build: GradleBuild, catalog: readonly CatalogLibrary[]): GradleDependency[] =>
  catalog.flatMap(({ accessor, name, requirement }) => {
    const scope = build.aliases.get(accessor);
    return scope === undefined ? [] : [{ name, requirement, scope, line: 0 }];
  });

const readProperties = (source: string): Map<string, string> => {
  const properties = new Map<string, string>();
  for (const line of source.split(/\r?\n/)) {
    const found = line.length > 2000 ? null : /^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (found !== null) properties.set(found[1] ?? '', found[2] ?? '');
  }
  return properties;
};
