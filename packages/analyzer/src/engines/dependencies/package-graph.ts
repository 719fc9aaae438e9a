import type { Dependency } from '../../facts.ts';
import { type PackageNode, ShortestPaths } from './shortest-paths.ts';

export type Scope = Dependency['scope'];

/** A package in a lockfile or manifest. */
export interface GraphPackage {
  /** Name of the package, spelled like in its registry and OSV. */
  name: string;
  version: string | null;
  line: number | null;
  licence?: string | undefined;
  /** Address and commit, without credentials, if the package comes from a repository: `git+https://host/owner/name.git@commit`. */
  vcs?: string | undefined;
  /** Scope of the package that the lockfile states; used if no path from a direct dependency to it is known. */
  scope?: Scope | undefined;
}

/** A dependency without the fields that the engine adds. */
export type FoundDependency = Omit<Dependency, 'ecosystem' | 'manifest' | 'purl' | 'latest'> & {
  vcs?: string | undefined;
};

/**
 * The packages of one lockfile with their dependencies, and which of them are direct. Packages with the same name and
 * version are one node, wherever they are installed.
 */
export class PackageGraph {
  readonly #nodes: (GraphPackage & PackageNode)[] = [];
  readonly #byId = new Map<string, number>();

  get size(): number {
    return this.#nodes.length;
  }

  /** Adds a package and returns its index; a package with the same name and version is reused. */
  add(found: GraphPackage): number {
    const id = `${found.name}\n${found.version ?? ''}`;
    const known = this.#byId.get(id);
    if (known !== undefined) {
      const node = this.#nodes[known];
      if (node !== undefined && found.scope === 'runtime') node.scope = 'runtime';
      return known;
    }
    this.#byId.set(id, this.#nodes.length);
    this.#nodes.push({ ...found });
    return this.#nodes.length - 1;
  }

  /** Records that the package with index `from` needs the one with index `to`; `to` is undefined if the needed package is not installed. */
  addDependency(from: number, to: number | undefined): void {
    const node = this.#nodes[from];
    if (to === undefined || from === to || node === undefined) return;
    if (node.needs === undefined) node.needs = [to];
    else node.needs.push(to);
  }

  /**
   * Records that the package with index `from` uses the one with index `to` if that is installed. Such an edge explains why `to` is
   * installed only if no other one does, but it makes `to` a runtime dependency if `from` is one.
   */
  addOptionalPeer(from: number, to: number | undefined): void {
    const node = this.#nodes[from];
    if (to === undefined || from === to || node === undefined) return;
    if (node.optionalPeers === undefined) node.optionalPeers = [to];
    else node.optionalPeers.push(to);
  }

  /** Marks a package as direct. A package that is requested for both scopes is a runtime dependency. */
  markDirect(index: number, requirement: string | null, scope: Scope): void {
    const node = this.#nodes[index];
    if (node === undefined || node.requested?.scope === 'runtime' || (node.requested && scope === 'development'))
      return;
    node.requested = { requirement, scope };
  }

  /** Marks the packages that no other package needs as direct. Used for a lockfile whose manifest is missing. */
  markRootsDirect(): void {
    const needed = new Set(this.#nodes.flatMap((node) => node.needs ?? []));
    for (const [index, node] of this.#nodes.entries())
      if (!needed.has(index)) this.markDirect(index, null, node.scope ?? 'runtime');
  }

  /** Yields the dependencies of the graph one at a time, so that large lockfiles are not held in memory twice. */
  *dependencies(): Generator<FoundDependency> {
    const paths = new ShortestPaths(this.#nodes);
    const fromRuntime = paths.walk('runtime');
    paths.walk('development');
    for (const [index, node] of this.#nodes.entries()) {
      yield {
        name: node.name,
        version: node.version,
        requirement: node.requested?.requirement ?? null,
        direct: node.requested !== undefined,
        scope: paths.reaches(index) ? (fromRuntime.has(index) ? 'runtime' : 'development') : (node.scope ?? 'runtime'),
        line: node.line,
        via: node.requested === undefined ? paths.to(index) : [],
        vcs: node.vcs,
        ...(node.licence === undefined ? {} : { licence: node.licence }),
      };
    }
  }
}
