export interface SlotLimits {
  /** Most pieces of running work that hold a slot at a time. */
  slots: number;
  /**
   * Most pieces of work that run at a time, including those that hold no slot because they are quiet. Default: as many as there are
   * slots.
   */
  most?: number;
  /**
   * Time in ms without a sign of life after which work counts as waiting for its host and holds no slot. By default it always holds one.
   */
  quietMs?: number;
}

/**
 * Limits how much work runs at a time, without letting work that only waits for a silent host keep other work from running. Quiet work
 * holds no slot, but still counts towards `most`.
 */
export class Slots<Work> {
  readonly #slots: number;
  readonly #most: number;
  readonly #quietMs: number;
  /** Time of the last sign of life of each running piece of work, from `performance.now()`. */
  readonly #running = new Map<Work, number>();

  constructor({ slots, most = slots, quietMs = Number.POSITIVE_INFINITY }: SlotLimits) {
    this.#slots = slots;
    this.#most = most;
    this.#quietMs = quietMs;
  }

  take(work: Work): void {
    this.#running.set(work, performance.now());
  }

  /** Records a sign of life of a running piece of work. */
  touch(work: Work): void {
    if (this.#running.has(work)) this.take(work);
  }

  release(work: Work): void {
    this.#running.delete(work);
  }

  running(): Work[] {
    return [...this.#running.keys()];
  }

  /** Returns the milliseconds until a slot is free: 0 when one is free, undefined when some work has to end first. */
  freeInMs(): number | undefined {
    if (this.#running.size >= this.#most) return undefined;
    const now = performance.now();
    const ages = [...this.#running.values()].map((at) => now - at).filter((age) => age < this.#quietMs);
    if (ages.length < this.#slots) return 0;
    const wait = this.#quietMs - Math.max(...ages);
    return Number.isFinite(wait) ? Math.ceil(wait) : undefined;
  }
}
