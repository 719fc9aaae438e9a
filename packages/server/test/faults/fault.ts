import type { FaultySystem, Layout } from './system.ts';

/** What a fault may cost. What was acknowledged may never be lost or doubled. */
export interface FaultLimits {
  /** Deliveries that were not acknowledged: refused, unreachable or unanswered. Absent: a sender cannot be served meanwhile. */
  unacknowledged?: number;
  /** Seconds from the start of a killed process to the first 200 of `/readyz`. */
  startSeconds?: number;
  /** Seconds until another worker has what the dead one had claimed. */
  takeoverSeconds?: number;
}

/** One way in which a part of the system fails while deliveries arrive. */
export interface Fault {
  name: string;
  /** One sentence for people: what happens, and what ends it. */
  what: string;
  layout: Layout;
  /** Environment of every server process. */
  environment?: Record<string, string>;
  /** Before anything is in the folder of the embedded database. */
  prepareFolder?(folder: string): void;
  /** Before deliveries arrive. */
  prepare?(system: FaultySystem): Promise<void>;
  inject(system: FaultySystem): Promise<void>;
  /** The time between `inject` and `end`. */
  holdMs?: number;
  end?(system: FaultySystem): Promise<void>;
  limits: FaultLimits;
  /** A database with the history of a busy installation, so that a start has something to recover. */
  seeded?: true;
  /** Why it cannot be shown on this machine. */
  reasonToSkip?(): string | undefined;
}
