import type pg from 'pg';

export const SHARED_SESSIONS_REMEDY =
  'Set `pool_mode = session` for this database in PgBouncer, or name PostgreSQL itself in DATABASE_URL.';

/**
 * Number of times that sessions are compared, because a pooler that hands out its connections in turn may return the same one by chance.
 */
const ROUNDS = 4;

/**
 * Returns true when a pooler in front of PostgreSQL gives a connection to another client after each transaction. LISTEN, advisory locks
 * and settings do not work then. The proof is that two open clients share a server process, or that one client is moved to another.
 */
export async function sharesSessions(openClient: (purpose: string) => Promise<pg.Client>): Promise<boolean> {
  const first = await openClient('start');
  try {
    const second = await openClient('start');
    try {
      return await areShared(first, second);
    } finally {
      await second.end();
    }
  } finally {
    await first.end();
  }
}

async function areShared(first: pg.Client, second: pg.Client): Promise<boolean> {
  const own = await backendOf(first);
  for (let round = 0; round < ROUNDS; round += 1) {
    if ((await backendOf(second)) === own || (await backendOf(first)) !== own) return true;
  }
  return false;
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
