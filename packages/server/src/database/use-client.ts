import type pg from 'pg';

/**
 * Runs `work` with a client of the pool. When `late` is aborted, the client's connection is closed, so that a database that does not
 * respond cannot use up the pool. Rejects with the reason of `late` when it was aborted before a client was available.
 */
export async function useClient<Result>(
  pool: Pick<pg.Pool, 'connect'>,
  late: AbortSignal,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  const discard = (): void => client.release(true);
  if (late.aborted) {
    client.release();
    throw late.reason;
  }
  late.addEventListener('abort', discard, { once: true });
  try {
    return await work(client);
  } finally {
    late.removeEventListener('abort', discard);
    if (!late.aborted) client.release();
  }
}
