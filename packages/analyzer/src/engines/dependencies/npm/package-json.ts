import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { withoutCredentials } from '../repository-url.ts';
import { list, own, ownEntries, ownText, text } from '../untrusted.ts';
import { npmTarget } from './requirement.ts';

/** One line of what a project asks for: of a package.json, or of what lockfiles repeat of it. */
export interface NpmRequirement {
  /** The name it has in the project; an alias is one too. */
  name: string;
  requirement: string;
  scope: Scope;
}

export interface PackageJson {
  name: string | null;
  private: boolean;
  /** Globs of the folders of the workspace's packages. */
  workspaces: string[];
  /** `yarn`, of `yarn@4.1.0`. */
  packageManager: string | null;
  requirements: NpmRequirement[];
  /** Lines of the requirements, in their order. */
  lines: (number | null)[];
}

/** From the one that wins to the one that gives way, as npm has it: https://docs.npmjs.com/cli/configuring-npm/package-json */
const groups: [key: string, scope: Scope][] = [
  ['devDependencies', 'development'],
  ['optionalDependencies', 'runtime'],
  ['dependencies', 'runtime'],
];

/** Of a package.json, or of the root or a workspace in a lockfile. */
export const npmRequirements = (manifest: unknown): NpmRequirement[] => {
  const found = new Map<string, NpmRequirement>();
  for (const [key, scope] of groups) {
    for (const [name, value] of ownEntries(manifest, key)) {
      const requirement = text(value);
      if (requirement !== null && !found.has(name)) found.set(name, { name, requirement, scope });
    }
  }
  return [...found.values()];
};

export const parsePackageJson = (source: string): PackageJson => {
  const manifest = parseJson(source);
  const workspaces = own(manifest, 'workspaces');
  const requirements = npmRequirements(manifest);
  return {
    name: ownText(manifest, 'name'),
    private: own(manifest, 'private') === true,
    workspaces: [...list(workspaces), ...list(own(workspaces, 'packages'))].filter((glob) => typeof glob === 'string'),
    packageManager: ownText(manifest, 'packageManager')?.split('@', 1)[0] ?? null,
    requirements,
    lines: linesOf(source, requirements, manifest),
  };
};

const linesOf = (source: string, requirements: readonly NpmRequirement[], manifest: unknown): (number | null)[] => {
  const lines = new Map<string, number | null>();
  const finder = new LineFinder(source);
  for (const [key] of groups) {
    const names = ownEntries(manifest, key);
    if (names.length === 0) continue;
    finder.rewind().find(`"${key}"`);
    for (const [name] of names) if (!lines.has(name)) lines.set(name, finder.find(`${JSON.stringify(name)}`));
  }
  return requirements.map(({ name }) => lines.get(name) ?? null);
};

/** What a package.json asks for, where no lockfile tells what it gets. */
export const packageJsonGraph = ({ requirements, lines }: PackageJson): PackageGraph => {
  const graph = new PackageGraph();
  for (const [index, { name, requirement, scope }] of requirements.entries()) {
    const target = npmTarget(name, requirement);
    if (target === null) continue;
    const line = lines[index] ?? null;
    graph.ask(graph.add({ ...target, line }), withoutCredentials(target.range), scope);
  }
  return graph;
};
