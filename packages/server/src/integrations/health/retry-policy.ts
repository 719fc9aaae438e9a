import type { ErrorClass } from '@commandcenter/integration-kit';

/** Kinds of background work that can fail at the provider. */
export type Work = 'write' | 'create' | 'read' | 'poll' | 'import' | 'publication' | 'delivery' | 'repository_check';

/** The properties of a failure that decide about another attempt. */
export interface WorkFailure {
  class: ErrorClass;
  /** Time of the next attempt, if the provider or an open circuit named one. */
  retryAt?: Date | null;
  /** True if the integration is disabled or waits for a credential, so that a signal resumes the work. */
  suspended?: boolean;
}

export type RetryDecision =
  /** Decision to try the work again after `delayMs` milliseconds. `counts` is true if the failed attempt makes later pauses longer. */
  | { kind: 'retry'; delayMs: number; counts: boolean }
  /** Decision to try nothing until the integration is resumed. */
  | { kind: 'wait' }
  | { kind: 'give_up'; because: 'refused' | 'not_found' | 'attempts' };

export interface Backoff {
  firstMs: number;
  factor: number;
  longestMs: number;
}

/**
 * Returns the pause before the next attempt in milliseconds. It grows exponentially, and its upper quarter is random, so that work that
 * failed together does not come back together.
 *
 * @param failures number of failures in a row before this one
 * @param random number between 0 and 1
 */
export function backoff({ firstMs, factor, longestMs }: Backoff, failures: number, random: number): number {
  const pause = Math.min(firstMs * factor ** Math.min(failures, 40), longestMs);
  return Math.round(pause * (0.75 + random / 4));
}

/** Pauses while the provider is down or unreachable. They are short, because all work waits for the provider. */
const passing: Backoff = { firstMs: 2000, factor: 2.5, longestMs: 30_000 };
/**
 * Pauses while a person has to restore access. Access that returns within half an hour is noticed within 20 s; later the pause grows to
 * ten minutes.
 */
const refusedSoon: Backoff = { firstMs: 5000, factor: 2, longestMs: 20_000 };
const REFUSED_SOON_ATTEMPTS = 90;
const refusedLate: Backoff = { firstMs: 20_000, factor: 1.5, longestMs: 600_000 };
/** Pauses after an error in the integration's own code, which may pass by itself. */
const fault: Backoff = { firstMs: 2000, factor: 2.5, longestMs: 30_000 };
/**
 * Pauses after the handling of a delivery failed. The first ones are short, because the delivery holds up later events of the same item.
 */
const delivery: Backoff = { firstMs: 500, factor: 3, longestMs: 60_000 };

const LONGEST_NAMED_WAIT_MS = 3_600_000;
const SHORTEST_NAMED_WAIT_MS = 500;
/** Longest wait in milliseconds for the time that an open circuit named. The circuit is probed at that time, but the probe may be late. */
const LONGEST_CIRCUIT_WAIT_MS = 30_000;
const MOST_FAULTS = 5;
const MOST_DELIVERY_ATTEMPTS = 8;
const MOST_DELIVERY_FAULTS = 4;

/** Decides about each kind of work after a failure of one error class. docs/sync.md lists the decisions. */
type Rule = (work: Work, failures: number, random: number) => RetryDecision;

const retry = (delayMs: number): RetryDecision => ({ kind: 'retry', delayMs, counts: true });

const whileDown: Rule = (_work, failures, random) => retry(backoff(passing, failures, random));

/**
 * Pauses between polls of a repository that refuses requests. They are long, because repository checks have their own schedule and wake
 * the polls.
 */
const refusedPoll: Backoff = { firstMs: 120_000, factor: 2, longestMs: 1_800_000 };

const whileRefused: Rule = (work, failures, random) => {
  if (work === 'poll') return retry(backoff(refusedPoll, failures, random));
  if (work === 'import' || work === 'publication') return { kind: 'give_up', because: 'refused' };
  const late = failures - REFUSED_SOON_ATTEMPTS;
  return retry(late < 0 ? backoff(refusedSoon, failures, random) : backoff(refusedLate, late, random));
};

const rules: Readonly<Record<ErrorClass, Rule>> = {
  auth: () => ({ kind: 'wait' }),
  permission: whileRefused,
  not_found: (work, failures, random) =>
    work === 'poll' || work === 'repository_check'
      ? whileRefused(work, failures, random)
      : { kind: 'give_up', because: 'not_found' },
  validation: () => ({ kind: 'give_up', because: 'refused' }),
  rate_limit: whileDown,
  outage: whileDown,
  timeout: whileDown,
  connection: whileDown,
  bug: (work, failures, random) =>
    failures + 1 >= MOST_FAULTS && work !== 'poll'
      ? { kind: 'give_up', because: 'attempts' }
      : retry(backoff(fault, failures, random)),
};

/**
 * Decides about a delivery whose handler failed. The attempts end within minutes, since a person can replay the delivery; a failure that
 * passes by itself gets more attempts.
 */
function deliveryRule(errorClass: ErrorClass, failures: number, random: number): RetryDecision {
  if (failures + 1 >= deliveryAttempts(errorClass)) return { kind: 'give_up', because: 'attempts' };
  return retry(backoff(delivery, failures, random));
}

/** Returns the number of attempts that a delivery gets if its handler fails with this error class. */
export const deliveryAttempts = (errorClass: ErrorClass): number =>
  ['rate_limit', 'outage', 'timeout', 'connection'].includes(errorClass)
    ? MOST_DELIVERY_ATTEMPTS
    : MOST_DELIVERY_FAULTS;

/**
 * Decides when failed work is tried again. Pure, and the only such decision in the server.
 *
 * @param failures number of failures of this work in a row before this one
 * @param random number between 0 and 1, for the jitter
 */
export function retryAfter(
  failure: WorkFailure,
  work: Work,
  failures: number,
  now: Date,
  random: number,
): RetryDecision {
  if (work === 'delivery') return deliveryRule(failure.class, failures, random);
  if (failure.suspended === true) return { kind: 'wait' };
  const { retryAt } = failure;
  if (retryAt === undefined || retryAt === null) return rules[failure.class](work, failures, random);
  const longest = failure.class === 'rate_limit' ? LONGEST_NAMED_WAIT_MS : LONGEST_CIRCUIT_WAIT_MS;
  const delayMs = Math.min(Math.max(retryAt.getTime() - now.getTime(), SHORTEST_NAMED_WAIT_MS), longest);
  return { kind: 'retry', delayMs, counts: false };
}
