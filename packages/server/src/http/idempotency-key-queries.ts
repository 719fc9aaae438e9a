import type { Database } from '../database/database.ts';

/** State of an earlier request with the same idempotency key. */
export type EarlierRequest =
  /** `none`: this request is the first one, and holds the key until it is completed or released. */
  | { state: 'none' }
  | { state: 'running'; since: Date; sameRequest: boolean }
  | { state: 'completed'; status: number; response: unknown; sameRequest: boolean };

export interface IdempotencyKeyRef {
  principal: string;
  key: string;
}

/** Hours after which an idempotency key is forgotten. */
export const IDEMPOTENCY_HOURS = 24;

/** Takes the key for a request. When an earlier request has it, returns the state of that one instead. */
export async function takeIdempotencyKey(
  db: Database,
  { principal, key }: IdempotencyKeyRef,
  requestHash: Buffer,
  now: Date,
): Promise<EarlierRequest> {
  const forgotten = new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000);
  // The row that the insert collided with may be released before it is read; then the next insert succeeds.
  for (;;) {
    const taken = await db
      .insertInto('idempotency_keys')
      .values({ principal, key, request_hash: requestHash, created_at: now })
      .onConflict((on) =>
        on
          .columns(['principal', 'key'])
          .doUpdateSet({ request_hash: requestHash, status: null, response: null, created_at: now })
          .where('idempotency_keys.created_at', '<', forgotten),
      )
      .returning('key')
      .executeTakeFirst();
    if (taken !== undefined) return { state: 'none' };
    const row = await db
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'status', 'response', 'created_at'])
      .where('principal', '=', principal)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) continue;
    const sameRequest = row.request_hash.equals(requestHash);
    if (row.status === null) return { state: 'running', since: row.created_at, sameRequest };
    return { state: 'completed', status: row.status, response: row.response, sameRequest };
  }
}

export async function completeIdempotencyKey(
  db: Database,
  { principal, key }: IdempotencyKeyRef,
  status: number,
  response: unknown,
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ status, response: JSON.stringify(response) })
    .where('principal', '=', principal)
    .where('key', '=', key)
    .execute();
}

/** Frees the key of a request that changed nothing. */
export async function releaseIdempotencyKey(db: Database, { principal, key }: IdempotencyKeyRef): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}
