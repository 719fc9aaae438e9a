import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseToml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { own, ownEntries, ownText, text } from '../untrusted.ts';

export interface CargoRequirement {
  /** The crate's own name, which `package = …` tells where the manifest renames it. */
  name: string;
  /** As the manifest asks: `^1.0`, `=1.2.3`, a repository; null where it names nothing, or only the workspace. */
  requirement: string | null;
  scope: Scope;
  /** A crate of the repository itself. */
  local: boolean;
  /** It is asked for as the workspace's root has it. */
  inherited: boolean;
  /** The key it stands under in the manifest. */
  key: string;
  version: string | null;
  vcs?: string;
  line: number | null;
}

export interface CargoToml {
  /** Null for the root of a workspace that is no package itself. */
  name: string | null;
  requirements: CargoRequirement[];
  /** What `workspace = true` of the members stands for, by key. */
  shared: Map<string, CargoRequirement>;
  /** It builds a program that `[[bin]]` names. */
  hasBinary: boolean;
  hasLibrary: boolean;
}

/** What `[build-dependencies]` bring in runs wherever the crate is built, also at those who use it: a runtime dependency here. */
const groups: [key: string, scope: Scope][] = [
  ['dependencies', 'runtime'],
  ['build-dependencies', 'runtime'],
  ['dev-dependencies', 'development'],
];

/** Cargo.toml: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html */
export const parseCargoToml = (source: string): CargoToml => {
  const manifest = parseToml(source);
  const lines = new LineFinder(source);
  const read = (holder: unknown, group: string, scope: Scope, header: string) => {
    const asked = ownEntries(holder, group);
    if (asked.length > 0) lines.rewind().find(header);
    return asked.map(([key, value]) => requirementOf(key, value, scope, lines.find(`\n${key}`)));
  };
  const requirements = groups.flatMap(([group, scope]) => [
    ...read(manifest, group, scope, `[${group}`),
    ...ownEntries(manifest, 'target').flatMap(([, target]) => read(target, group, scope, `.${group}`)),
  ]);
  const workspace = own(manifest, 'workspace');
  const shared = read(workspace, 'dependencies', 'runtime', '[workspace.dependencies');
  return {
    name: ownText(own(manifest, 'package'), 'name'),
    requirements,
    shared: new Map(shared.map((requirement) => [requirement.key, requirement])),
    hasBinary: own(manifest, 'bin') !== undefined,
    hasLibrary: own(manifest, 'lib') !== undefined,
  };
};

const requirementOf = (key: string, value: unknown, scope: Scope, line: number | null): CargoRequirement => {
  const asked = text(value) ?? ownText(value, 'version');
  const repository = ownText(value, 'git');
  const rev = ownText(value, 'rev');
  const commit = rev !== null && isCommit(rev) ? rev : null;
  return {
    name: ownText(value, 'package') ?? key,
    requirement: asked ?? (repository === null ? null : withoutCredentials(repository)),
    scope,
    local: own(value, 'path') !== undefined,
    inherited: own(value, 'workspace') === true,
    key,
    version: repository === null ? (/^\s*=\s*(\d+\.\d+\.\d+\S*)$/.exec(asked ?? '')?.[1] ?? null) : commit,
    ...(repository === null ? {} : { vcs: vcsUrl(repository, commit) }),
    line,
  };
};

/** What is asked for, with what the workspace's root says in place of `workspace = true`. */
export const inherit = (asked: CargoRequirement, root: CargoToml | undefined): CargoRequirement => {
  const shared = asked.inherited ? root?.shared.get(asked.key) : undefined;
  return shared === undefined ? asked : { ...shared, scope: asked.scope, line: asked.line };
};

/** What a Cargo.toml asks for, where no Cargo.lock tells what it gets. */
export const cargoTomlGraph = (manifest: CargoToml, root: CargoToml | undefined): PackageGraph => {
  const graph = new PackageGraph();
  for (const asked of manifest.requirements) {
    const told = inherit(asked, root);
    if (!told.local) graph.ask(graph.add(told), told.requirement, told.scope);
  }
  return graph;
};
