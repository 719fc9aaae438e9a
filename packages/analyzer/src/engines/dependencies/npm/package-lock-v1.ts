import { LineFinder, objectKeys } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { own, ownEntries, ownText } from '../untrusted.ts';
import { askFor, type NpmLockfile } from './lockfile.ts';
import { findModule, type ModuleFolder } from './module-folders.ts';
import type { PackageJson } from './package-json.ts';
import { npmTarget } from './requirement.ts';

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
    for (const [name, entry] of ownEntries(holder, 'dependencies')) {
      const line = lines.find(keyOf(name));
      const target = npmTarget(name, ownText(entry, 'version') ?? '');
      if (target === null) continue;
      const index = graph.add({
        name: target.name,
        version: target.version,
        vcs: target.vcs,
        line,
        scope: own(entry, 'dev') === true ? 'development' : 'runtime',
      });
      folder.installed.set(name, index);
      const inner: ModuleFolder = { installed: new Map(), above: folder };
      open.push({ entry, index, folder: inner });
      if (depth < nestingLimit) install(entry, inner, depth + 1);
    }
  };
  install(lock, top, 0);

  for (const { entry, index, folder } of open) {
    for (const [name] of ownEntries(entry, 'requires')) graph.need(index, findModule(folder, name));
  }
  if (manifest === null) graph.askForTheUnneeded();
  else askFor(graph, manifest.requirements, ({ name }) => top.installed.get(name));
  return { graph, members: [''] };
};
