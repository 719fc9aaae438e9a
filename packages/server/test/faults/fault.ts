import type { FaultySystem, Layout } from './system.ts';

/** The most that a fault may cost. In every case acknowledged deliveries must neither be lost nor be doubled. */
export interface FaultLimits {
  /**
   * Number of deliveries that were not acknowledged because they were refused, or got no connection or no response. Absent if the server
   * cannot serve a sender during the fault.
   */
  unacknowledged?: number;
  /** Seconds from the start of a killed process to the first 200 of `/readyz`. */
  startSeconds?: number;
  /** Seconds until another worker has taken over the work that a dead worker had claimed. */
  takeoverSeconds?: number;
}

/** A failure of one part of the system while deliveries arrive. */
export interface Fault {
  name: string;
  /** One sentence for people: what happens, and what ends it. */
  what: string;
  layout: Layout;
  /** Additional environment variables of every server process. */
  environment?: Record<string, string>;
  /** Prepares the folder of the embedded database while it is still empty. */
  prepareFolder?(folder: string): void;
  /** Prepares the running system before deliveries arrive. */
  prepare?(system: FaultySystem): Promise<void>;
  inject(system: FaultySystem): Promise<void>;
  /** Milliseconds between `inject` and `end`. */
  holdMs?: number;
  end?(system: FaultySystem): Promise<void>;
  limits: FaultLimits;
  /** True if the database has the history of a busy installation, so that a start has something to recover. */
  seeded?: true;
  /** Returns the reason why the fault cannot be injected on this machine, or undefined if it can. */
  reasonToSkip?(): string | undefined;
}
