import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseToml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { list, own, ownEntries, ownList, ownText, text } from '../untrusted.ts';
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
  /** True if it declares that it is not an installable package: an application. */
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
  const project = own(manifest, 'project');
  const tool = own(manifest, 'tool');
  const poetry = own(tool, 'poetry');
  const local = localNames(tool);
  const lines = new LineFinder(source);
  const requirements: PyprojectRequirement[] = [];
  const add = (asked: PythonRequirement | null, scope: Scope, needle: string): void => {
    if (asked === null || local.has(asked.name)) return;
    requirements.push({ ...asked, scope, line: lines.find(needle) ?? lines.rewind().find(needle) });
  };
  const addAll = (asked: readonly unknown[], scope: Scope): void => {
    for (const one of asked) if (typeof one === 'string') add(parsePythonRequirement(one), scope, one);
  };

  addAll(ownList(project, 'dependencies'), 'runtime');
  for (const [extra, asked] of ownEntries(project, 'optional-dependencies')) addAll(list(asked), scopeOfExtra(extra));
  for (const [, asked] of ownEntries(manifest, 'dependency-groups')) addAll(list(asked), 'development');
  for (const [, asked] of ownEntries(own(tool, 'pdm'), 'dev-dependencies')) addAll(list(asked), 'development');
  addAll(ownList(own(tool, 'uv'), 'dev-dependencies'), 'development');

  const addPoetry = (holder: unknown, key: string, scope: Scope): void => {
    for (const [name, asked] of ownEntries(holder, key)) {
      if (name !== 'python') add(poetryRequirement(name, asked), scope, name);
    }
  };
  addPoetry(poetry, 'dependencies', 'runtime');
  addPoetry(poetry, 'dev-dependencies', 'development');
  for (const [group, holder] of ownEntries(poetry, 'group')) {
    addPoetry(holder, 'dependencies', group === 'main' ? 'runtime' : 'development');
  }
  const application = own(poetry, 'package-mode') === false || own(own(tool, 'uv'), 'package') === false;
  return { requirements, application };
};

export const scopeOfExtra = (extra: string): Scope => (isDevelopmentName(extra) ? 'development' : 'runtime');

/**
 * Names that uv takes from the repository itself:
 * https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
 */
const localNames = (tool: unknown): Set<string> => {
  const sources = ownEntries(own(tool, 'uv'), 'sources');
  const local = sources.filter(([, from]) => own(from, 'workspace') === true || own(from, 'path') !== undefined);
  return new Set(local.map(([name]) => normalizeName(name)));
};

/** https://python-poetry.org/docs/dependency-specification/: a bare version means exactly that version. */
const poetryRequirement = (name: string, asked: unknown): PythonRequirement | null => {
  const one = list(asked)[0] ?? asked;
  if (own(one, 'path') !== undefined) return null;
  const repository = ownText(one, 'git');
  if (repository !== null) {
    const rev = ownText(one, 'rev') ?? '';
    const commit = isCommit(rev) ? rev : null;
    const requirement = withoutCredentials(repository);
    return { name: normalizeName(name), requirement, version: commit, vcs: vcsUrl(repository, commit) };
  }
  const requirement = text(one) ?? ownText(one, 'version');
  const version = Array.isArray(asked)
    ? null
    : (/^(?:={2,3}\s*)?(\d[0-9A-Za-z.+!-]*)$/.exec(requirement ?? '')?.[1] ?? null);
  return { name: normalizeName(name), requirement, version };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const pyprojectGraph = ({ requirements }: Pyproject): PackageGraph => {
  const graph = new PackageGraph();
  for (const asked of requirements) graph.ask(graph.add(asked), asked.requirement, asked.scope);
  return graph;
};
