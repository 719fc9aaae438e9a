import type { Hotspot } from '../../facts.ts';
import type { Change } from './read-history.ts';

const MAX_HOTSPOTS = 50;
/** Minimum number of commits of a hotspot, because fewer commits are no evidence of frequent changes. */
const MIN_COMMITS = 3;

/** Numbers of commits to one file, by author. */
type Churn = Map<number, number>;

/**
 * Counts commits by file to find hotspots, complex files that change often: A. Tornhill, Your Code as a Crime Scene.
 * For how well churn and complexity predict defects, see https://arxiv.org/abs/1604.07243.
 */
export class HotspotCounter {
  readonly #churn = new Map<string, Churn>();
  readonly #complexity: ReadonlyMap<string, number>;
  readonly #since: number;

  /**
   * Creates a counter.
   * @param complexity sum of complexities by path; other files are ignored
   * @param since seconds since 1970; earlier commits are ignored
   */
  constructor(complexity: ReadonlyMap<string, number>, since: number) {
    this.#complexity = complexity;
    this.#since = since;
  }

  add({ commit, path }: Change): void {
    if (commit.merge || commit.boundary || commit.time < this.#since || !this.#complexity.has(path)) return;
    const churn = this.#churn.get(path) ?? new Map<number, number>();
    churn.set(commit.author, (churn.get(commit.author) ?? 0) + 1);
    this.#churn.set(path, churn);
  }

  hotspots(): Hotspot[] {
    return [...this.#churn]
      .map(([path, churn]) => this.#hotspot(path, churn))
      .filter(({ commits, complexity }) => commits >= MIN_COMMITS && complexity > 0)
      .sort((a, b) => b.commits * b.complexity - a.commits * a.complexity || (a.path < b.path ? -1 : 1))
      .slice(0, MAX_HOTSPOTS);
  }

  #hotspot(path: string, churn: Churn): Hotspot {
    const commits = [...churn.values()].reduce((sum, count) => sum + count, 0);
    return {
      path,
      commits,
      complexity: this.#complexity.get(path) ?? 0,
      authors: churn.size,
      main_author_percent: Math.round((Math.max(...churn.values()) / commits) * 100),
    };
  }
}
