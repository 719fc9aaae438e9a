import type { Dependency } from '../../facts.ts';

/** A package with the packages to which it is connected. */
export interface PackageNode {
  name: string;
  /** Indices of the packages that this package needs; absent if there are none. */
  needs?: number[];
  /** Indices of the package's optional peers, which it uses if something else installs them. */
  optionalPeers?: number[];
  requested?: { requirement: string | null; scope: Dependency['scope'] };
}

/** Number of names to list at each end of a long dependency path. Paths of up to twice this length are listed completely. */
const namesShown = 12;
const unreached = -2;
const start = -1;

/** Finds the shortest path to each package by a breadth-first search, which records through which package each one was first reached. */
export class ShortestPaths {
  readonly #nodes: readonly PackageNode[];
  readonly #parents: Int32Array;
  readonly #depths: Int32Array;
  /**
   * For each package deeper than `namesShown`, its ancestor at that depth, so that a chain of 100,000 packages does not take
   * quadratic time.
   */
  readonly #heads: Int32Array;

  constructor(nodes: readonly PackageNode[]) {
    this.#nodes = nodes;
    this.#parents = new Int32Array(nodes.length).fill(unreached);
    this.#depths = new Int32Array(nodes.length);
    this.#heads = new Int32Array(nodes.length);
  }

  /**
   * Visits the direct dependencies of `scope` and everything they need, except packages that an earlier call visited. Returns the visited
   * indices.
   */
  walk(scope: Dependency['scope']): Set<number> {
    const queue: number[] = [];
    for (const [index, node] of this.#nodes.entries()) {
      if (node.requested?.scope !== scope || this.reaches(index)) continue;
      this.#parents[index] = start;
      queue.push(index);
    }
    const reach = (from: number, targets: readonly number[] = []): void => {
      const depth = (this.#depths[from] ?? 0) + 1;
      for (const to of targets) {
        if (this.reaches(to)) continue;
        this.#parents[to] = from;
        this.#depths[to] = depth;
        this.#heads[to] = depth <= namesShown ? from : (this.#heads[from] ?? start);
        queue.push(to);
      }
    };
    for (const from of queue) reach(from, this.#nodes[from]?.needs);
    for (const from of queue) {
      reach(from, this.#nodes[from]?.needs);
      reach(from, this.#nodes[from]?.optionalPeers);
    }
    return new Set(queue);
  }

  reaches(index: number): boolean {
    return this.#parents[index] !== unreached;
  }

  /**
   * Returns the names of the packages from a direct dependency to the parent of this package; empty if the search did not reach this
   * package.
   */
  to(index: number): string[] {
    const depth = this.#depths[index] ?? 0;
    if (depth <= 2 * namesShown) return this.#upwards(index, depth).reverse();
    const head = this.#heads[index] ?? start;
    const beginning = this.#upwards(head, namesShown - 1).reverse();
    return [...beginning, this.#nodes[head]?.name ?? '', '…', ...this.#upwards(index, namesShown).reverse()];
  }

  #upwards(index: number, steps: number): string[] {
    const names: string[] = [];
    for (let at = this.#parents[index] ?? start; at >= 0 && names.length < steps; at = this.#parents[at] ?? start) {
      names.push(this.#nodes[at]?.name ?? '');
    }
    return names;
  }
}
