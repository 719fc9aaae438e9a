import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson, parseToml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { asText, getEntries, getProperty, getText } from '../untrusted-data.ts';
import { normalizeName, type PythonRequirement, pinned } from './python-requirement.ts';

export interface PipfileRequirement extends PythonRequirement {
  scope: Scope;
  line: number | null;
}

/** Parses Pipfile: https://pipenv.pypa.io/en/latest/pipfile.html */
export const parsePipfile = (source: string): PipfileRequirement[] => {
  const manifest = parseToml(source);
  const lines = new LineFinder(source);
  const read = (group: string, scope: Scope): PipfileRequirement[] => {
    lines.rewind().find(`[${group}]`);
    return getEntries(manifest, group).flatMap(([name, requested]) => {
      const line = lines.find(name);
      const requirement = requirementOf(name, requested);
      return requirement === null ? [] : [{ ...requirement, scope, line }];
    });
  };
  return [...read('packages', 'runtime'), ...read('dev-packages', 'development')];
};

/** Returns the requirement of a package in a Pipfile; null for a folder of the repository. */
const requirementOf = (name: string, requested: unknown): PythonRequirement | null => {
  if (getProperty(requested, 'path') !== undefined || getProperty(requested, 'file') !== undefined) return null;
  const repository = getText(requested, 'git');
  if (repository !== null) {
    const ref = getText(requested, 'ref') ?? '';
    const commit = isCommit(ref) ? ref : null;
    const requirement = withoutCredentials(repository);
    return { name: normalizeName(name), requirement, version: commit, vcs: vcsUrl(repository, commit) };
  }
  const requirement = asText(requested) ?? getText(requested, 'version');
  return { name: normalizeName(name), requirement, version: pinned(requirement ?? '') };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const pipfileGraph = (requirements: readonly PipfileRequirement[]): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of requirements) graph.markDirect(graph.add(requested), requested.requirement, requested.scope);
  return graph;
};

/** Parses Pipfile.lock. It lists all packages by scope, but not which one needs which. */
export const readPipfileLock = (source: string, manifest: readonly PipfileRequirement[] | null): PackageGraph => {
  const lock = parseJson(source);
  const graph = new PackageGraph();
  const lines = new LineFinder(source);
  const requested = new Map(manifest?.map((requirement) => [requirement.name, requirement]));
  for (const [group, scope] of [
    ['default', 'runtime'],
    ['develop', 'development'],
  ] as const) {
    lines.find(`"${group}"`);
    for (const [name, entry] of getEntries(lock, group)) {
      const line = lines.find(`${JSON.stringify(name)}:`);
      const locked = requirementOf(name, entry);
      if (locked === null) continue;
      const index = graph.add({ ...locked, line, scope });
      const direct = requested.get(locked.name);
      if (direct !== undefined) graph.markDirect(index, direct.requirement, direct.scope);
    }
  }
  if (manifest === null) graph.markRootsDirect();
  return graph;
};
