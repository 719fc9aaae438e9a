import type { Dependency } from '../../facts.ts';
import { ShortestPaths } from './shortest-paths.ts';

export type Scope = Dependency['scope'];

/** A package as one lockfile or manifest tells of it. */
export interface GraphPackage {
  /** As its registry and OSV write it. */
  name: string;
  version: string | null;
  line: number | null;
  licence?: string | undefined;
  /** Where it is fetched from if that is a repository: `git+https://host/owner/name.git@commit`. Without credentials. */
  vcs?: string | undefined;
  /** What the lockfile itself says; asked where no path from a direct dependency is known. */
  scope?: Scope | undefined;
}

/** What one manifest or lockfile comes to: a `Dependency` without its ecosystem, manifest and package URL. */
export type FoundDependency = Omit<Dependency, 'ecosystem' | 'manifest' | 'purl' | 'latest'> & {
  vcs?: string | undefined;
};

export interface PackageNode extends GraphPackage {
  /** Indices of the packages it needs; absent: none. */
  needs?: number[];
  /** Those of them that it uses where they are there, and that something else brings in. */
  mayUse?: number[];
  asked?: { requirement: string | null; scope: Scope };
}

/**
 * The packages of one lockfile, what each needs, and which of them the project itself asks for. Packages of the same name and version
 * are one, wherever they are installed.
 */
export class PackageGraph {
  readonly #nodes: PackageNode[] = [];
  readonly #byId = new Map<string, number>();

  get size(): number {
    return this.#nodes.length;
  }

  /** Its index: that of the first of the same name and version. */
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

  /** `to` may be undefined, where what is needed is not installed. */
  need(from: number, to: number | undefined): void {
    const node = this.#nodes[from];
    if (to === undefined || from === to || node === undefined) return;
    if (node.needs === undefined) node.needs = [to];
    else node.needs.push(to);
  }

  /** It is no path that brings `to` in if there is another; but in use at runtime is also what a runtime dependency uses so. */
  mayUse(from: number, to: number | undefined): void {
    const node = this.#nodes[from];
    if (to === undefined || from === to || node === undefined) return;
    if (node.mayUse === undefined) node.mayUse = [to];
    else node.mayUse.push(to);
  }

  /** The project itself asks for it. Asked for as both, it is a runtime dependency. */
  ask(index: number, requirement: string | null, scope: Scope): void {
    const node = this.#nodes[index];
    if (node === undefined || node.asked?.scope === 'runtime' || (node.asked && scope === 'development')) return;
    node.asked = { requirement, scope };
  }

  /** For a lockfile without its manifest: the packages that no other one needs are those that somebody asked for. */
  askForTheUnneeded(): void {
    const needed = new Set(this.#nodes.flatMap((node) => node.needs ?? []));
    for (const [index, node] of this.#nodes.entries())
      if (!needed.has(index)) this.ask(index, null, node.scope ?? 'runtime');
  }

  /** One after the other: nobody keeps all of a large lockfile. */
  *dependencies(): Generator<FoundDependency> {
    const paths = new ShortestPaths(this.#nodes);
    const fromRuntime = paths.walk('runtime');
    paths.walk('development');
    for (const [index, node] of this.#nodes.entries()) {
      yield {
        name: node.name,
        version: node.version,
        requirement: node.asked?.requirement ?? null,
        direct: node.asked !== undefined,
        scope: paths.reaches(index) ? (fromRuntime.has(index) ? 'runtime' : 'development') : (node.scope ?? 'runtime'),
        line: node.line,
        via: node.asked === undefined ? paths.to(index) : [],
        vcs: node.vcs,
        ...(node.licence === undefined ? {} : { licence: node.licence }),
      };
    }
  }
}
