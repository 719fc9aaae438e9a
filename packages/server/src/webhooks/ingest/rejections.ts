import type { Database } from '../../database/database.ts';
import type { Logger } from '../../logging.ts';
import { type RejectedAttempt, saveRejectedAttempts } from './rejected-attempt-queries.ts';

/** Refused requests that are recorded at once. After them as many as `PER_SECOND` allows are recorded, and the rest are only counted. */
const BURST = 100;
const PER_SECOND = 20;
/** Longest time in milliseconds that a sender's response waits for the record of its refusal. */
const LONGEST_WAIT_MS = 500;
const SUMMARY_PAUSE_MS = 1000;

export interface Rejections {
  /**
   * Records a refused request or, during a flood, only counts it. `describe` is called before this returns or never, so that it does not
   * keep the request in memory: it is called for requests that are recorded, and for the first of those that are only counted.
   */
  record(describe: () => RejectedAttempt): Promise<void>;
  close(): Promise<void>;
}

/**
 * Records refused requests at a limited rate, so that a flood costs next to nothing. The reason of the next record tells how many were
 * left out.
 */
export function createRejections({
  db,
  clock,
  log,
}: {
  db: Database;
  clock: { now(): Date };
  log: Logger;
}): Rejections {
  let allowance = BURST;
  let lastRefill = clock.now().getTime();
  let leftOut = 0;
  /** The first request that was left out. It is recorded later if no other record follows that could tell their number. */
  let firstLeftOut: RejectedAttempt | undefined;
  let summaryTimer: NodeJS.Timeout | undefined;
  let waiting: RejectedAttempt[] = [];
  let saving: Promise<void> | undefined;

  const take = (): boolean => {
    const now = clock.now().getTime();
    allowance = Math.min(BURST, allowance + (Math.max(0, now - lastRefill) / 1000) * PER_SECOND);
    lastRefill = now;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  };

  const saveWaiting = async (): Promise<void> => {
    // Wait a moment, so that requests refused in the same turn of the event loop are saved together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await saveRejectedAttempts(db, batch);
    }
  };

  const save = (attempt: RejectedAttempt): Promise<void> => {
    if (leftOut > 0) {
      const more = `${leftOut} more refused ${leftOut === 1 ? 'attempt' : 'attempts'} shortly before are not listed one by one.`;
      attempt = { ...attempt, reason: `${attempt.reason} ${more}` };
      leftOut = 0;
      firstLeftOut = undefined;
    }
    waiting.push(attempt);
    saving ??= saveWaiting()
      .catch((error: unknown) => {
        waiting = [];
        log.warn({ err: error }, 'refused webhook attempts were not recorded');
      })
      .finally(() => {
        saving = undefined;
      });
    return saving;
  };

  const summarizeLater = (): void => {
    summaryTimer ??= setTimeout(() => {
      summaryTimer = undefined;
      if (firstLeftOut === undefined) return;
      if (!take()) {
        summarizeLater();
        return;
      }
      const attempt = firstLeftOut;
      leftOut -= 1;
      void save(attempt);
    }, SUMMARY_PAUSE_MS).unref();
  };

  return {
    async record(describe) {
      if (!take()) {
        leftOut += 1;
        firstLeftOut ??= describe();
        summarizeLater();
        return;
      }
      const { promise: waited, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, LONGEST_WAIT_MS);
      await Promise.race([save(describe()), waited]);
      clearTimeout(timer);
    },
    async close() {
      clearTimeout(summaryTimer);
      await saving;
    },
  };
}
