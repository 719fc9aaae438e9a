import { LineFinder, objectKeys } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { getEntries, getProperty, getText } from '../untrusted-data.ts';
import { findModule, type ModuleFolder } from './node-modules.ts';
import { markDirectDependencies, type NpmLockfile } from './npm-lockfile.ts';
import { parseNpmRequirement } from './npm-requirement.ts';
import type { PackageJson } from './package-json.ts';

const nestingLimit = 40;

/**
 * Parses the nested format of npm 5 and 6: an entry's `dependencies` are installed below it, `requires` lists what it
 * needs.
 * https://docs.npmjs.com/cli/v6/configuring-npm/package-lock-json
 */
export const readPackageLockV1 = (source: string, lock: unknown, manifest: PackageJson | null): NpmLockfile => {
  const graph = new PackageGraph();
  const lines = new LineFinder(source);
  const keyOf = objectKeys(source);
  const top: ModuleFolder = { installed: new Map(), above: undefined };
  const open: { entry: unknown; index: number; folder: ModuleFolder }[] = [];

  const install = (holder: unknown, folder: ModuleFolder, depth: number): void => {
    for (const [name, entry] of getEntries(holder, 'dependencies')) {
      const line = lines.find(keyOf(name));
      const target = parseNpmRequirement(name, getText(entry, 'version') ?? '');
      if (target === null) continue;
      const index = graph.add({
        name: target.name,
        version: target.version,
        vcs: target.vcs,
        line,
        scope: getProperty(entry, 'dev') === true ? 'development' : 'runtime',
      });
      folder.installed.set(name, index);
      const inner: ModuleFolder = { installed: new Map(), above: folder };
      open.push({ entry, index, folder: inner });
      if (depth < nestingLimit) install(entry, inner, depth + 1);
    }
  };
  install(lock, top, 0);

  for (const { entry, index, folder } of open) {
    for (const [name] of getEntries(entry, 'requires')) graph.addDependency(index, findModule(folder, name));
  }
  if (manifest === null) graph.markRootsDirect();
  else markDirectDependencies(graph, manifest.requirements, ({ name }) => top.installed.get(name));
  return { graph, members: [''] };
};
