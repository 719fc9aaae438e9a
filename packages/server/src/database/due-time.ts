import { type RawBuilder, sql } from 'kysely';

/**
 * Time before which due work is ignored when the next pause is computed. Work that became due within the last second may have been missed
 * by the claim, so that it still counts as future work.
 */
export const justDue: RawBuilder<Date> = sql<Date>`now() - interval '1 second'`;

/** Shortest pause in ms, so that a loop does not spin on work that became due just now. */
const SHORTEST_MS = 20;

/** Returns the pause in ms until work becomes due; undefined when there is none. */
export const pauseUntilDue = (ms: number | null | undefined): number | undefined =>
  ms === null || ms === undefined ? undefined : Math.max(SHORTEST_MS, Math.ceil(ms));
