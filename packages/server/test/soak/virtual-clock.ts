/** A callback for a virtual time. Its owner is the operation that waits for it. */
interface Timer {
  at: number;
  sequence: number;
  owner: object;
  fire(): void;
}

/** The time of one schedule in milliseconds since 1970. Only the scheduler moves it. */
export class VirtualClock {
  #now: number;
  #sequence = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Calls `fire` when the clock reaches `at`. Returns a function that cancels the timer. */
  schedule(owner: object, at: number, fire: () => void): () => void {
    this.#sequence += 1;
    const timer: Timer = { at: Math.ceil(at), sequence: this.#sequence, owner, fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Returns the time at which the next timer fires, or undefined if there are no timers. */
  nextAt(): number | undefined {
    return this.#first()?.at;
  }

  /** Moves the clock to `time`, or only to the first timer before it, and calls that timer. Returns true if a timer fired. */
  moveTowards(time: number): boolean {
    const timer = this.#first();
    if (timer === undefined || timer.at > time) {
      this.#now = Math.max(this.#now, time);
      return false;
    }
    this.#now = Math.max(this.#now, timer.at);
    this.#timers.delete(timer);
    timer.fire();
    return true;
  }

  /** Cancels every timer of an operation that has ended or crashed. */
  drop(owner: object): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.sequence < first.sequence))
        first = timer;
    }
    return first;
  }
}
