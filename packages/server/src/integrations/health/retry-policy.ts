import type { ErrorClass } from '@commandcenter/integration-kit';

/** Kinds of background work that can fail at the provider. */
export type Work = 'write' | 'create' | 'read' | 'poll' | 'import' | 'publication' | 'delivery' | 'repository_check';

/** A failure as far as the decision about retrying needs it. */
export interface WorkFailure {
  class: ErrorClass;
  /** The provider, or an open circuit, named the time of the next attempt. */
  retryAt?: Date | null;
  /** The integration is disabled or waits for a credential: a signal resumes it. */
  suspended?: boolean;
}

export type RetryDecision =
  /** `counts`: the attempt adds to the number that later pauses grow with. */
  | { kind: 'retry'; delayMs: number; counts: boolean }
  /** Nothing is tried until the integration is resumed. */
  | { kind: 'wait' }
  | { kind: 'give_up'; because: 'refused' | 'not_found' | 'attempts' };

export interface Backoff {
  firstMs: number;
  factor: number;
  longestMs: number;
}

/**
 * The pause before the next attempt: exponential, with the upper quarter jittered, so that work which failed together does not come back
 * together.
 *
 * @param failures in a row before this one
 * @param random between 0 and 1
 */
export function backoff({ firstMs, factor, longestMs }: Backoff, failures: number, random: number): number {
  const pause = Math.min(firstMs * factor ** Math.min(failures, 40), longestMs);
  return Math.round(pause * (0.75 + random / 4));
}

/** Pauses while the provider is down or unreachable: it is asked often, since everything waits for it. */
const passing: Backoff = { firstMs: 2000, factor: 2.5, longestMs: 30_000 };
/**
 * Pauses while a person has to act. Access that returns within half an hour is noticed within 20 s; later the pause grows to ten minutes.
 */
const refusedSoon: Backoff = { firstMs: 5000, factor: 2, longestMs: 20_000 };
const REFUSED_SOON_ATTEMPTS = 90;
const refusedLate: Backoff = { firstMs: 20_000, factor: 1.5, longestMs: 600_000 };
/** A fault of the integration's own code may be a passing one. */
const fault: Backoff = { firstMs: 2000, factor: 2.5, longestMs: 30_000 };
/** Deliveries hold up later events of the same item, so their first pauses are short. */
const delivery: Backoff = { firstMs: 500, factor: 3, longestMs: 60_000 };

const LONGEST_NAMED_WAIT_MS = 3_600_000;
const SHORTEST_NAMED_WAIT_MS = 500;
/** A named circuit time is a promise to probe; the probe itself may be late. */
const LONGEST_CIRCUIT_WAIT_MS = 30_000;
const MOST_FAULTS = 5;
const MOST_DELIVERY_ATTEMPTS = 8;
const MOST_DELIVERY_FAULTS = 4;

/** For each class the decision of each kind of work, as docs/sync.md prints it. */
type Rule = (work: Work, failures: number, random: number) => RetryDecision;

const retry = (delayMs: number): RetryDecision => ({ kind: 'retry', delayMs, counts: true });

const whileDown: Rule = (_work, failures, random) => retry(backoff(passing, failures, random));

/** A repository that refuses is checked on a schedule of its own, which wakes its polls; polls themselves become rare. */
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

/** A handler's failure ends within minutes, since a person can replay the delivery; one that passes by itself gets more attempts. */
function deliveryRule(errorClass: ErrorClass, failures: number, random: number): RetryDecision {
  if (failures + 1 >= deliveryAttempts(errorClass)) return { kind: 'give_up', because: 'attempts' };
  return retry(backoff(delivery, failures, random));
}

/** The number of attempts that a delivery gets when its handler fails with this class. */
export const deliveryAttempts = (errorClass: ErrorClass): number =>
  ['rate_limit', 'outage', 'timeout', 'connection'].includes(errorClass)
    ? MOST_DELIVERY_ATTEMPTS
    : MOST_DELIVERY_FAULTS;

/**
 * Decides when failed work is tried again. Pure, and the only such decision in the server.
 *
 * @param failures of this work in a row before this one
 * @param random between 0 and 1, for the jitter
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
