import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataFolderHeldError } from './errors.ts';

/** The advisory lock that the process which works on the database holds as long as it runs. */
export const SERVER_LOCK = [0x6363, 1] as const;
const CONNECT_TIMEOUT_MS = 10_000;
const NOTICE_MS = 1000;
const RETRY_PAUSE_MS = 50;

/**
 * Takes the advisory lock of the server that uses an embedded database. The lock is held as long as the returned connection lives.
 * `holder` describes this process to others, such as `pid 12, port 8000`. Throws DataFolderHeldError when another process has the lock.
 */
export async function takeServerLock(url: string, dataDir: string, holder: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `commandcenter server: ${holder}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // The holder of the lock notices a lost connection by its `end` event, so that its error needs no handling.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // PostgreSQL takes a moment to notice that a holder of the lock was killed.
    const deadline = Date.now() + NOTICE_MS;
    do {
      if (await tryLock(client)) return client;
      await sleep(RETRY_PAUSE_MS);
    } while (Date.now() < deadline);
    throw new DataFolderHeldError(`${dataDir} is in use by another server (${await describeHolder(client)}).`, {
      hint: 'Stop it first, start with another DATA_DIR and PORT, or run several processes against one DATABASE_URL.',
    });
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...SERVER_LOCK,
  ]);
  return rows[0]?.taken === true;
}

async function describeHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string; since: Date }>(
    `select application_name as name, backend_start as since
       from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and classid = $1 and objid = $2`,
    [...SERVER_LOCK],
  );
  const row = rows[0];
  if (row === undefined) return 'which has just ended';
  return `${row.name.replace('commandcenter server: ', '')}, since ${row.since.toISOString()}`;
}
