import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseToml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { asList, asText, getEntries, getList, getProperty, getText } from '../untrusted-data.ts';
import {
  isDevelopmentName,
  normalizeName,
  type PythonRequirement,
  parsePythonRequirement,
} from './python-requirement.ts';

export interface PyprojectRequirement extends PythonRequirement {
  scope: Scope;
  line: number | null;
}

export interface Pyproject {
  requirements: PyprojectRequirement[];
  /** True if the pyproject.toml declares that its project is not an installable package, so that it is an application. */
  application: boolean;
}

/**
 * Parses the requirements of a pyproject.toml: `project`
 * (https://packaging.python.org/en/latest/specifications/pyproject-toml/), `dependency-groups` (PEP 735), and the
 * tables of Poetry, PDM and uv. Extras are for runtime and groups for development, unless their names indicate
 * otherwise. Build requirements are not included.
 */
export const parsePyproject = (source: string): Pyproject => {
  const manifest = parseToml(source);
  const project = getProperty(manifest, 'project');
  const tool = getProperty(manifest, 'tool');
  const poetry = getProperty(tool, 'poetry');
  const local = localNames(tool);
  const lines = new LineFinder(source);
  const requirements: PyprojectRequirement[] = [];
  const add = (requested: PythonRequirement | null, scope: Scope, needle: string): void => {
    if (requested === null || local.has(requested.name)) return;
    requirements.push({ ...requested, scope, line: lines.find(needle) ?? lines.rewind().find(needle) });
  };
  const addAll = (requested: readonly unknown[], scope: Scope): void => {
    for (const one of requested) if (typeof one === 'string') add(parsePythonRequirement(one), scope, one);
  };

  addAll(getList(project, 'dependencies'), 'runtime');
  for (const [extra, requested] of getEntries(project, 'optional-dependencies'))
    addAll(asList(requested), scopeOfExtra(extra));
  for (const [, requested] of getEntries(manifest, 'dependency-groups')) addAll(asList(requested), 'development');
  for (const [, requested] of getEntries(getProperty(tool, 'pdm'), 'dev-dependencies'))
    addAll(asList(requested), 'development');
  addAll(getList(getProperty(tool, 'uv'), 'dev-dependencies'), 'development');

  const addPoetry = (holder: unknown, key: string, scope: Scope): void => {
    for (const [name, requested] of getEntries(holder, key)) {
      if (name !== 'python') add(poetryRequirement(name, requested), scope, name);
    }
  };
  addPoetry(poetry, 'dependencies', 'runtime');
  addPoetry(poetry, 'dev-dependencies', 'development');
  for (const [group, holder] of getEntries(poetry, 'group')) {
    addPoetry(holder, 'dependencies', group === 'main' ? 'runtime' : 'development');
  }
  const application =
    getProperty(poetry, 'package-mode') === false || getProperty(getProperty(tool, 'uv'), 'package') === false;
  return { requirements, application };
};

export const scopeOfExtra = (extra: string): Scope => (isDevelopmentName(extra) ? 'development' : 'runtime');

/**
 * Names that uv takes from the repository itself:
 * https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
 */
const localNames = (tool: unknown): Set<string> => {
  const sources = getEntries(getProperty(tool, 'uv'), 'sources');
  const local = sources.filter(
    ([, from]) => getProperty(from, 'workspace') === true || getProperty(from, 'path') !== undefined,
  );
  return new Set(local.map(([name]) => normalizeName(name)));
};

/** Parses a requirement of Poetry, https://python-poetry.org/docs/dependency-specification/: a bare version means exactly that version. */
const poetryRequirement = (name: string, requested: unknown): PythonRequirement | null => {
  const one = asList(requested)[0] ?? requested;
  if (getProperty(one, 'path') !== undefined) return null;
  const repository = getText(one, 'git');
  if (repository !== null) {
    const rev = getText(one, 'rev') ?? '';
    const commit = isCommit(rev) ? rev : null;
    const requirement = withoutCredentials(repository);
    return { name: normalizeName(name), requirement, version: commit, vcs: vcsUrl(repository, commit) };
  }
  const requirement = asText(one) ?? getText(one, 'version');
  const version = Array.isArray(requested)
    ? null
    : (/^(?:={2,3}\s*)?(\d[0-9A-Za-z.+!-]*)$/.exec(requirement ?? '')?.[1] ?? null);
  return { name: normalizeName(name), requirement, version };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const pyprojectGraph = ({ requirements }: Pyproject): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of requirements) graph.markDirect(graph.add(requested), requested.requirement, requested.scope);
  return graph;
};
