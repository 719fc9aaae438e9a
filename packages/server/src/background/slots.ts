export interface SlotLimits {
  /** Pieces of work that hold a slot at a time. */
  slots: number;
  /** Pieces of work at a time, those that are quiet included. Default: as many as there are slots. */
  most?: number;
  /** A piece of work that has shown no sign of life for so long waits for its other side, and holds no slot. Default: it always does. */
  quietMs?: number;
}

/**
 * Limits how much work runs at a time, so that work which only waits for a silent host does not keep other work from running. What is
 * quiet keeps its place among `most`.
 */
export class Slots<Work> {
  readonly #slots: number;
  readonly #most: number;
  readonly #quietMs: number;
  /** The last sign of life of what runs, of `performance.now()`. */
  readonly #running = new Map<Work, number>();

  constructor({ slots, most = slots, quietMs = Number.POSITIVE_INFINITY }: SlotLimits) {
    this.#slots = slots;
    this.#most = most;
    this.#quietMs = quietMs;
  }

  take(work: Work): void {
    this.#running.set(work, performance.now());
  }

  /** A sign of life. */
  touch(work: Work): void {
    if (this.#running.has(work)) this.take(work);
  }

  release(work: Work): void {
    this.#running.delete(work);
  }

  running(): Work[] {
    return [...this.#running.keys()];
  }

  /** Milliseconds until there is a free slot: 0 when there is one; undefined when something has to end first. */
  freeInMs(): number | undefined {
    if (this.#running.size >= this.#most) return undefined;
    const now = performance.now();
    const ages = [...this.#running.values()].map((at) => now - at).filter((age) => age < this.#quietMs);
    if (ages.length < this.#slots) return 0;
    const wait = this.#quietMs - Math.max(...ages);
    return Number.isFinite(wait) ? Math.ceil(wait) : undefined;
  }
}
