/**
 * Most lanes (groups of work that take turns) of one round. A longer round starts again, so that the lanes which have waited longest come
 * first.
 */
const LONGEST_ROUND = 1000;

/**
 * Lets lanes take turns, for example one lane per integration: in a round each lane with work is served once, however much work the other
 * lanes have.
 */
export class Rotation<Lane, Work> {
  readonly #laneOf: (work: Work) => Lane;
  readonly #served = new Set<Lane>();

  constructor(laneOf: (work: Work) => Lane) {
    this.#laneOf = laneOf;
  }

  /**
   * Returns the next piece of work, from a lane (a group of work, such as that of one integration) whose turn it is; undefined when there
   * is none.
   *
   * @param full lanes that may not start more work now
   * @param claim claims a piece of work of any lane except these
   */
  async next(
    full: readonly Lane[],
    claim: (except: readonly Lane[]) => Promise<Work | undefined>,
  ): Promise<Work | undefined> {
    let work = await claim([...new Set([...full, ...this.#served])]);
    if (work === undefined && this.#served.size > 0) {
      this.#served.clear();
      work = await claim(full);
    }
    if (work === undefined) return undefined;
    if (this.#served.size >= LONGEST_ROUND) this.#served.clear();
    this.#served.add(this.#laneOf(work));
    return work;
  }
}

/**
 * Returns the lanes (groups of work, such as that of one integration) that occur at least `limit` times in a list with one entry per
 * running piece of work.
 */
export function fullLanes<Lane>(lanes: readonly Lane[], limit: number): Lane[] {
  const counts = new Map<Lane, number>();
  for (const lane of lanes) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= limit).map(([lane]) => lane);
}
