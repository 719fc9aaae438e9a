import { SERVER_LOCK } from '@commandcenter/embedded-postgres';

/**
 * Keys of PostgreSQL advisory locks, all in one place so that no two locks share a key. The first number is the class of this product
 * ('cc' in ASCII), the second the lock.
 */
export const ADVISORY_LOCKS = {
  /** Held by the server that works on an embedded database, as long as it runs. */
  server: SERVER_LOCK,
  /** Held while a process migrates the schema. */
  migrate: [0x6363, 2],
  /** Held while a process creates the first user or replaces the initial token. */
  owner: [0x6363, 3],
  /** Held by the process that deletes expired rows. */
  housekeeping: [0x6363, 4],
} as const satisfies Record<string, readonly [number, number]>;

/**
 * First number of the advisory lock that a process with background work holds as long as its session lasts. The second number is the id
 * of the worker.
 */
export const WORKER_LOCK_CLASS = 0x6364;
