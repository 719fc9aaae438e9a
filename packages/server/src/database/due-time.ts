import { type RawBuilder, sql } from 'kysely';

/** A claim may have missed work that became due just after it: that counts as work to come. */
export const justDue: RawBuilder<Date> = sql<Date>`now() - interval '1 second'`;

/** The shortest pause, so that work which became due just now is not polled for in a tight loop. */
const SHORTEST_MS = 20;

/** Milliseconds of a pause until work becomes due; undefined when none does. */
export const pauseUntilDue = (ms: number | null | undefined): number | undefined =>
  ms === null || ms === undefined ? undefined : Math.max(SHORTEST_MS, Math.ceil(ms));
