/** Size class of a webhook's body. Small bodies have memory of their own, which large ones cannot take. */
type SizeClass = 'small' | 'large';

export interface IncomingBodiesOptions {
  smallBodyBytes: number;
  /** Most bytes that all small bodies, and all large bodies, may take together. */
  limitBytes: Readonly<Record<SizeClass, number>>;
  /** Lowest average rate at which a body may arrive. A body that is slower after its first `graceMs` milliseconds is dropped. */
  leastBytesPerSecond: number;
  graceMs: number;
}

/** The reason why a body was dropped before it had arrived. */
export type DropReason = 'too_busy' | 'too_slow';

/** Accounts for the memory of one body, from its first byte until nobody needs it any more. */
export interface IncomingBody {
  /** Counts bytes of the body that have arrived. Returns false when the body was dropped, now or before. */
  add(bytes: number): boolean;
  /** Gives the memory of the body back. Later bytes count only for its rate of arrival, because the caller throws them away. */
  discard(): void;
  /** Records that the whole body has arrived, after which it is not dropped any more. */
  complete(): void;
  /** Gives the memory of the body back. Has no effect if it was given back before. */
  release(): void;
}

interface Holding {
  address: string;
  sizeClass: SizeClass;
  /** Bytes of the body that are in memory. */
  held: number;
  isDiscarded: boolean;
  /** Bytes that have arrived, including those that were thrown away. */
  arrived: number;
  /** Time at which receiving began, by `performance.now()`. */
  since: number;
  drop(reason: DropReason): void;
}

/** The memory and the list of the incomplete bodies that come from one address. */
interface AddressUse {
  bytes: number;
  /** The incomplete bodies of the address, the oldest first. */
  holdings: Set<Holding>;
}

const SWEEP_MS = 1000;

/**
 * Limits the memory of bodies that are being received, whose senders are not verified yet. When a class is full, the address that takes
 * most of it loses its oldest incomplete body. An honest sender, whose body arrives at once, is served even next to attackers at its
 * address.
 */
export class IncomingBodies {
  readonly #options: IncomingBodiesOptions;
  readonly #used: Record<SizeClass, number> = { small: 0, large: 0 };
  readonly #incomplete: Record<SizeClass, Map<string, AddressUse>> = { small: new Map(), large: new Map() };
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: IncomingBodiesOptions) {
    this.#options = options;
  }

  /**
   * Begins to account for a body. `expectedBytes` is the length that the sender announces. `onDrop` is called at most once, and never
   * after `complete` or `release`.
   */
  open(address: string, expectedBytes: number, onDrop: (reason: DropReason) => void): IncomingBody {
    const holding: Holding = {
      address,
      sizeClass: expectedBytes > this.#options.smallBodyBytes ? 'large' : 'small',
      held: 0,
      isDiscarded: false,
      arrived: 0,
      since: performance.now(),
      drop: (reason) => {
        this.#removeIncomplete(holding);
        this.#free(holding);
        isOpen = false;
        onDrop(reason);
      },
    };
    let isOpen = true;
    this.#addIncomplete(holding);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    return {
      add: (bytes) => {
        if (!isOpen) return false;
        this.#add(holding, bytes);
        return isOpen;
      },
      discard: () => {
        holding.isDiscarded = true;
        this.#free(holding);
      },
      complete: () => this.#removeIncomplete(holding),
      release: () => {
        isOpen = false;
        this.#removeIncomplete(holding);
        this.#free(holding);
      },
    };
  }

  #add(holding: Holding, bytes: number): void {
    holding.arrived += bytes;
    if (holding.isDiscarded) return;
    if (holding.sizeClass === 'small' && holding.arrived > this.#options.smallBodyBytes) {
      this.#removeIncomplete(holding);
      this.#used.small -= holding.held;
      this.#used.large += holding.held;
      holding.sizeClass = 'large';
      this.#addIncomplete(holding);
    }
    const { address, sizeClass } = holding;
    const use = this.#incomplete[sizeClass].get(address);
    if (use?.holdings.has(holding)) use.bytes += bytes;
    holding.held += bytes;
    this.#used[sizeClass] += bytes;
    while (this.#used[sizeClass] > this.#options.limitBytes[sizeClass]) {
      const [oldest = holding] = this.#heaviest(sizeClass);
      oldest.drop('too_busy');
      if (oldest === holding) return;
    }
  }

  /** Returns the incomplete bodies of the address that takes most of a class, the oldest first. */
  #heaviest(sizeClass: SizeClass): Iterable<Holding> {
    let heaviest: AddressUse | undefined;
    for (const use of this.#incomplete[sizeClass].values()) {
      if (heaviest === undefined || use.bytes > heaviest.bytes) heaviest = use;
    }
    return heaviest?.holdings ?? [];
  }

  #sweep(): void {
    const { graceMs, leastBytesPerSecond } = this.#options;
    const now = performance.now();
    let seen = 0;
    for (const byAddress of Object.values(this.#incomplete)) {
      for (const holding of [...byAddress.values()].flatMap(({ holdings }) => [...holdings])) {
        seen += 1;
        const seconds = (now - holding.since - graceMs) / 1000;
        if (seconds > 0 && holding.arrived < seconds * leastBytesPerSecond) holding.drop('too_slow');
      }
    }
    if (seen > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #addIncomplete(holding: Holding): void {
    const byAddress = this.#incomplete[holding.sizeClass];
    const use = byAddress.get(holding.address) ?? { bytes: 0, holdings: new Set() };
    byAddress.set(holding.address, use);
    use.holdings.add(holding);
    use.bytes += holding.held;
  }

  #removeIncomplete(holding: Holding): void {
    const byAddress = this.#incomplete[holding.sizeClass];
    const use = byAddress.get(holding.address);
    if (use?.holdings.delete(holding) !== true) return;
    use.bytes -= holding.held;
    if (use.holdings.size === 0) byAddress.delete(holding.address);
  }

  #free(holding: Holding): void {
    const use = this.#incomplete[holding.sizeClass].get(holding.address);
    if (use?.holdings.has(holding)) use.bytes -= holding.held;
    this.#used[holding.sizeClass] -= holding.held;
    holding.held = 0;
  }
}
