import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { withoutCredentials } from '../repository-url.ts';
import { asList, asText, getEntries, getProperty, getText } from '../untrusted-data.ts';
import { parseNpmRequirement } from './npm-requirement.ts';

/** A requirement of a package in a package.json, or the copy of such a requirement in a lockfile. */
export interface NpmRequirement {
  /** Name of the required package in the project, which may be an alias. */
  name: string;
  requirement: string;
  scope: Scope;
}

export interface PackageJson {
  name: string | null;
  private: boolean;
  /** Globs for the folders of workspace packages. */
  workspaces: string[];
  /** Name of the package manager without its version: `yarn` for `yarn@4.1.0`. */
  packageManager: string | null;
  requirements: NpmRequirement[];
  /** Line numbers of `requirements`, in the same order; null if the line is unknown. */
  lines: (number | null)[];
}

/**
 * Groups of requirements in a package.json, by descending priority as npm applies them:
 * https://docs.npmjs.com/cli/configuring-npm/package-json
 */
const groups: [key: string, scope: Scope][] = [
  ['devDependencies', 'development'],
  ['optionalDependencies', 'runtime'],
  ['dependencies', 'runtime'],
];

/** Reads the requirements of a package.json, or of the root or a workspace in a lockfile. */
export const npmRequirements = (manifest: unknown): NpmRequirement[] => {
  const found = new Map<string, NpmRequirement>();
  for (const [key, scope] of groups) {
    for (const [name, value] of getEntries(manifest, key)) {
      const requirement = asText(value);
      if (requirement !== null && !found.has(name)) found.set(name, { name, requirement, scope });
    }
  }
  return [...found.values()];
};

export const parsePackageJson = (source: string): PackageJson => {
  const manifest = parseJson(source);
  const workspaces = getProperty(manifest, 'workspaces');
  const requirements = npmRequirements(manifest);
  return {
    name: getText(manifest, 'name'),
    private: getProperty(manifest, 'private') === true,
    workspaces: [...asList(workspaces), ...asList(getProperty(workspaces, 'packages'))].filter(
      (glob) => typeof glob === 'string',
    ),
    packageManager: getText(manifest, 'packageManager')?.split('@', 1)[0] ?? null,
    requirements,
    lines: linesOf(source, requirements, manifest),
  };
};

const linesOf = (source: string, requirements: readonly NpmRequirement[], manifest: unknown): (number | null)[] => {
  const lines = new Map<string, number | null>();
  const finder = new LineFinder(source);
  for (const [key] of groups) {
    const names = getEntries(manifest, key);
    if (names.length === 0) continue;
    finder.rewind().find(`"${key}"`);
    for (const [name] of names) if (!lines.has(name)) lines.set(name, finder.find(`${JSON.stringify(name)}`));
  }
  return requirements.map(({ name }) => lines.get(name) ?? null);
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const packageJsonGraph = ({ requirements, lines }: PackageJson): PackageGraph => {
  const graph = new PackageGraph();
  for (const [index, { name, requirement, scope }] of requirements.entries()) {
    const target = parseNpmRequirement(name, requirement);
    if (target === null) continue;
    const line = lines[index] ?? null;
    graph.markDirect(graph.add({ ...target, line }), withoutCredentials(target.range), scope);
  }
  return graph;
};
