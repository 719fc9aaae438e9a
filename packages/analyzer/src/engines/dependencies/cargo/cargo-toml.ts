import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseToml } from '../parse-manifest.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';
import { asText, getEntries, getProperty, getText } from '../untrusted-data.ts';

export interface CargoRequirement {
  /** Name of the required crate in its registry; the manifest may use another key and give this name with `package = …`. */
  name: string;
  /**
   * Requirement as written in the manifest: `^1.0`, `=1.2.3` or a repository; null if the manifest states neither or refers to the
   * workspace.
   */
  requirement: string | null;
  scope: Scope;
  /** True if the required crate belongs to the repository itself (`path = …`). */
  local: boolean;
  /** True if the manifest says `workspace = true`: the requirement of the workspace's root applies. */
  inherited: boolean;
  /** Key of the requirement in the manifest. */
  key: string;
  version: string | null;
  vcs?: string;
  line: number | null;
}

export interface CargoToml {
  /** Name of the package; null for the root of a workspace that is not a package itself. */
  name: string | null;
  requirements: CargoRequirement[];
  /** Requirements that members use with `workspace = true`, by key. */
  shared: Map<string, CargoRequirement>;
  /** True if the manifest declares a program with `[[bin]]`. */
  hasBinary: boolean;
  hasLibrary: boolean;
}

/** Build dependencies count as runtime dependencies, because they run wherever the crate is built, also for its users. */
const groups: [key: string, scope: Scope][] = [
  ['dependencies', 'runtime'],
  ['build-dependencies', 'runtime'],
  ['dev-dependencies', 'development'],
];

/** Parses Cargo.toml: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html */
export const parseCargoToml = (source: string): CargoToml => {
  const manifest = parseToml(source);
  const lines = new LineFinder(source);
  const read = (holder: unknown, group: string, scope: Scope, header: string) => {
    const requested = getEntries(holder, group);
    if (requested.length > 0) lines.rewind().find(header);
    return requested.map(([key, value]) => requirementOf(key, value, scope, lines.find(`\n${key}`)));
  };
  const requirements = groups.flatMap(([group, scope]) => [
    ...read(manifest, group, scope, `[${group}`),
    ...getEntries(manifest, 'target').flatMap(([, target]) => read(target, group, scope, `.${group}`)),
  ]);
  const workspace = getProperty(manifest, 'workspace');
  const shared = read(workspace, 'dependencies', 'runtime', '[workspace.dependencies');
  return {
    name: getText(getProperty(manifest, 'package'), 'name'),
    requirements,
    shared: new Map(shared.map((requirement) => [requirement.key, requirement])),
    hasBinary: getProperty(manifest, 'bin') !== undefined,
    hasLibrary: getProperty(manifest, 'lib') !== undefined,
  };
};

const requirementOf = (key: string, value: unknown, scope: Scope, line: number | null): CargoRequirement => {
  const requested = asText(value) ?? getText(value, 'version');
  const repository = getText(value, 'git');
  const rev = getText(value, 'rev');
  const commit = rev !== null && isCommit(rev) ? rev : null;
  return {
    name: getText(value, 'package') ?? key,
    requirement: requested ?? (repository === null ? null : withoutCredentials(repository)),
    scope,
    local: getProperty(value, 'path') !== undefined,
    inherited: getProperty(value, 'workspace') === true,
    key,
    version: repository === null ? (/^\s*=\s*(\d+\.\d+\.\d+\S*)$/.exec(requested ?? '')?.[1] ?? null) : commit,
    ...(repository === null ? {} : { vcs: vcsUrl(repository, commit) }),
    line,
  };
};

/** Replaces `workspace = true` with the requirement of the workspace's root. */
export const inherit = (requested: CargoRequirement, root: CargoToml | undefined): CargoRequirement => {
  const shared = requested.inherited ? root?.shared.get(requested.key) : undefined;
  return shared === undefined ? requested : { ...shared, scope: requested.scope, line: requested.line };
};

/** Builds the graph from a manifest without a Cargo.lock: it has only requirements and pinned versions. */
export const cargoTomlGraph = (manifest: CargoToml, root: CargoToml | undefined): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of manifest.requirements) {
    const inherited = inherit(requested, root);
    if (!inherited.local) graph.markDirect(graph.add(inherited), inherited.requirement, inherited.scope);
  }
  return graph;
};
