import type { Config } from '@commandcenter/server/config';
import { createLogger } from '@commandcenter/server/logging';
import { canRunPostgres, runningPostgresUrl } from '@commandcenter/server/postgres/inspect';
import { StartupError } from '@commandcenter/server/startup-errors';
import { openDatabase } from '@commandcenter/server/store/database';
import { pendingMigrations, readMigrations } from '@commandcenter/server/store/migrate';
import { SHARED_SESSIONS_REMEDY, sharesSessions } from '@commandcenter/server/store/session-pooling';
import { type Finding, fault, ok, warning } from './finding.ts';

const LARGEST_CLOCK_DIFFERENCE_MS = 5000;

/** Reachability, schema and clock of the database that a start would use; an embedded one that does not run is not started. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const check = 'database';
  const url = config.DATABASE_URL ?? (await runningPostgresUrl(config.DATA_DIR));
  if (url === undefined) {
    const problem = await canRunPostgres(config.DATA_DIR);
    if (problem === undefined) return [ok(check, 'the embedded PostgreSQL is not running now; it can run here')];
    return [fault(check, problem.message, problem.hint ?? 'Set DATABASE_URL.')];
  }
  const connections = openDatabase({ url, log: createLogger({ LOG_LEVEL: 'silent', LOG_MODULES: {} })('doctor') });
  try {
    const client = await connections.openClient('doctor');
    try {
      const asked = Date.now();
      const { rows } = await client.query<{ version: string; now: Date }>(
        `select current_setting('server_version') as version, now()`,
      );
      const answered = Date.now();
      const [row] = rows;
      if (row === undefined) return [fault(check, 'PostgreSQL gave no answer', 'Check DATABASE_URL.')];
      if (config.DATABASE_URL !== undefined && (await sharesSessions(connections.openClient))) {
        return [fault(check, 'a pooler shares a connection of PostgreSQL between sessions', SHARED_SESSIONS_REMEDY)];
      }
      const pending = await pendingMigrations(client, await readMigrations());
      return [
        ok(check, `PostgreSQL ${row.version} answers`),
        pending.length === 0
          ? ok('migrations', 'the schema is up to date')
          : warning(
              'migrations',
              `${pending.join(', ')} did not run yet`,
              'Start the server, or run: npx commandcenter migrate',
            ),
        compareClocks(row.now, (asked + answered) / 2),
      ];
    } finally {
      await client.end();
    }
  } catch (error) {
    const hint = error instanceof StartupError ? error.hint : undefined;
    const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
    return [
      fault(check, `${connections.target.label}: ${reason}`, hint ?? 'Check DATABASE_URL and that the server runs.'),
    ];
  } finally {
    await connections.close();
  }
}

function compareClocks(databaseTime: Date, ownTime: number): Finding {
  const difference = Math.round(databaseTime.getTime() - ownTime);
  if (Math.abs(difference) <= LARGEST_CLOCK_DIFFERENCE_MS)
    return ok('clock', `${Math.abs(difference)} ms from the database's`);
  return warning(
    'clock',
    `${difference} ms from the database's`,
    'Let both machines set their clocks by NTP: leases and conflicts are decided by them.',
  );
}
