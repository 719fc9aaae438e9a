import { SERVER_LOCK } from '@commandcenter/embedded-postgres';

/**
 * Keys of the advisory locks, all in one place so that no two mean the same. The first number is this product's class
 * ('cc' in ASCII), the second the lock.
 */
export const ADVISORY_LOCKS = {
  /** Held by the server that works on an embedded database, as long as it runs. */
  server: SERVER_LOCK,
  /** Held while migrating. */
  migrate: [0x6363, 2],
  /** Held while the first user is made. */
  owner: [0x6363, 3],
  /** Held by the process that drops old rows. */
  housekeeping: [0x6363, 4],
} as const satisfies Record<string, readonly [number, number]>;

/** The first number of the lock that a process with background work holds as long as its session lasts; the second is its own. */
export const WORKER_LOCK_CLASS = 0x6364;
