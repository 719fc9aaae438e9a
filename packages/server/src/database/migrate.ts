import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DatabaseError } from '../startup-errors.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

/** A migration: one numbered SQL file such as `0001_foundation.sql`. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

export const MIGRATIONS_FOLDER = join(import.meta.dirname, 'migrations');

const OLDEST_SERVER_VERSION = 150_000;

export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const sql = await readFile(join(folder, file), 'utf8');
      return {
        number: Number(file.slice(0, 4)),
        name: file.slice(0, -'.sql'.length),
        sql,
        checksum: createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex'),
      };
    }),
  );
}

/**
 * Migrates the schema to this version: forward only, each migration in its own transaction, one process at a time. Returns the names of
 * the applied migrations. Throws DatabaseError when the schema is newer than this version, or when a migration that it was made with has
 * changed since.
 *
 * @param client a separate connection without statement timeout
 */
export async function migrate(client: pg.ClientBase, migrations: Migration[], log: Logger): Promise<string[]> {
  await requireServerVersion(client);
  await client.query('select pg_advisory_lock($1, $2)', [...ADVISORY_LOCKS.migrate]);
  try {
    const applied = await appliedMigrations(client);
    checkHistory(applied, migrations);
    const pending = migrations.filter(({ number }) => !applied.has(number));
    for (const migration of pending) {
      await apply(client, migration);
      log.info({ migration: migration.name }, 'migrated');
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.query('select pg_advisory_unlock($1, $2)', [...ADVISORY_LOCKS.migrate]);
  }
}

/** Returns the names of the migrations that have not run, for `doctor` and for processes that do not migrate. Throws as `migrate` does. */
export async function pendingMigrations(client: pg.ClientBase, migrations: Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ found: string | null }>(`select to_regclass('schema_migrations') as found`);
  const applied = rows[0]?.found == null ? new Map<number, AppliedMigration>() : await readApplied(client);
  checkHistory(applied, migrations);
  return migrations.filter(({ number }) => !applied.has(number)).map(({ name }) => name);
}

interface AppliedMigration {
  number: number;
  name: string;
  checksum: string;
}

async function appliedMigrations(client: pg.ClientBase): Promise<Map<number, AppliedMigration>> {
  await client.query(`
    create table if not exists schema_migrations (
      number     integer primary key,
      name       text not null,
      checksum   text not null,
      applied_at timestamptz not null default now()
    )`);
  return readApplied(client);
}

async function readApplied(client: pg.ClientBase): Promise<Map<number, AppliedMigration>> {
  const { rows } = await client.query<AppliedMigration>(
    'select number, name, checksum from schema_migrations order by number',
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function checkHistory(applied: Map<number, AppliedMigration>, migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const { number, name, checksum } of applied.values()) {
    const ours = known.get(number);
    if (ours === undefined) {
      throw new DatabaseError(
        'database.newer',
        `The database has migration ${name}, which this version does not know.`,
        {
          hint: `Start the version that made it or a newer one; this one knows migrations up to ${migrations.at(-1)?.name}.`,
        },
      );
    }
    if (ours.checksum !== checksum) {
      throw new DatabaseError('database.changed', `Migration ${name} is not what this database was made with.`, {
        hint: 'A migration must not change once it ran: put the difference into a new one, or start with another database.',
      });
    }
  }
}

async function apply(client: pg.ClientBase, { number, name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
      number,
      name,
      checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new DatabaseError('database.migration_failed', `Migration ${name} failed: ${(error as Error).message}.`, {
      hint: 'Nothing of it was kept.',
      cause: error,
    });
  }
}

async function requireServerVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  const server = rows[0];
  if (server !== undefined && server.number >= OLDEST_SERVER_VERSION) return;
  throw new DatabaseError('database.too_old', `PostgreSQL ${server?.text} is too old.`, {
    hint: 'It must be 15 or newer.',
  });
}
