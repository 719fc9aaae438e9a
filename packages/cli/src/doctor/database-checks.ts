import { canRunPostgres, runningPostgresUrl } from '@commandcenter/embedded-postgres';
import type { Config } from '@commandcenter/server/config';
import { openDatabase } from '@commandcenter/server/database';
import { pendingMigrations, readMigrations } from '@commandcenter/server/database/migrate';
import { SHARED_SESSIONS_REMEDY, sharesSessions } from '@commandcenter/server/database/session-pooling';
import { createLogger } from '@commandcenter/server/logging';
import { StartupError } from '@commandcenter/server/startup-errors';
import { type CheckResult, failed, ok, warning } from './check-result.ts';

const MAX_CLOCK_DIFFERENCE_MS = 5000;

/**
 * Checks reachability, schema and clock of the database that the server would use. Does not start an embedded database that is not
 * running.
 */
export async function checkDatabase(config: Config): Promise<CheckResult[]> {
  const check = 'database';
  const url = config.DATABASE_URL ?? (await runningPostgresUrl(config.DATA_DIR));
  if (url === undefined) {
    const problem = await canRunPostgres(config.DATA_DIR);
    if (problem === undefined) return [ok(check, 'the embedded PostgreSQL is not running, but can be started')];
    return [failed(check, problem.message, problem.hint ?? 'Set DATABASE_URL.')];
  }
  const connections = openDatabase({ url, log: createLogger({ LOG_LEVEL: 'silent', LOG_MODULES: {} })('doctor') });
  try {
    const client = await connections.openClient('doctor');
    try {
      const queryStart = Date.now();
      const { rows } = await client.query<{ version: string; now: Date }>(
        `select current_setting('server_version') as version, now()`,
      );
      const queryEnd = Date.now();
      const [row] = rows;
      if (row === undefined) return [failed(check, 'PostgreSQL returned no row', 'Check DATABASE_URL.')];
      if (config.DATABASE_URL !== undefined && (await sharesSessions(connections.openClient))) {
        return [failed(check, 'a connection pooler shares sessions between clients', SHARED_SESSIONS_REMEDY)];
      }
      const pending = await pendingMigrations(client, await readMigrations());
      return [
        ok(check, `PostgreSQL ${row.version} is reachable`),
        pending.length === 0
          ? ok('migrations', 'the schema is up to date')
          : warning(
              'migrations',
              `not applied yet: ${pending.join(', ')}`,
              'Start the server or run `npx commandcenter migrate`.',
            ),
        compareClocks(row.now, (queryStart + queryEnd) / 2),
      ];
    } finally {
      await client.end();
    }
  } catch (error) {
    const hint = error instanceof StartupError ? error.hint : undefined;
    const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
    return [
      failed(
        check,
        `${connections.target.label}: ${reason}`,
        hint ?? 'Check DATABASE_URL, and that PostgreSQL is running.',
      ),
    ];
  } finally {
    await connections.close();
  }
}

function compareClocks(databaseTime: Date, ownTime: number): CheckResult {
  const difference = Math.round(databaseTime.getTime() - ownTime);
  if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS)
    return ok('clock', `${Math.abs(difference)} ms difference to the database's clock`);
  return warning(
    'clock',
    `${difference} ms difference to the database's clock`,
    'Synchronize both clocks with NTP, because leases and conflicts depend on them.',
  );
}
