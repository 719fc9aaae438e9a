const WINDOW_MS = 200;

export interface RecentRate {
  add(count: number): void;
  /** Returns the number of events per second over the last one or two time windows of 200 ms. */
  perSecond(): number;
}

/** Measures how many events happen per second, with one counter each for the current and the previous time window. */
export function createRecentRate(now: () => number = () => performance.now()): RecentRate {
  let windowStart = now();
  let current = 0;
  let previous = 0;

  const turn = (): number => {
    const elapsed = now() - windowStart;
    if (elapsed < WINDOW_MS) return elapsed;
    previous = elapsed < 2 * WINDOW_MS ? current : 0;
    current = 0;
    windowStart = now();
    return 0;
  };

  return {
    add(count) {
      turn();
      current += count;
    },
    perSecond() {
      const elapsed = turn();
      return ((previous + current) * 1000) / (WINDOW_MS + elapsed);
    },
  };
}
