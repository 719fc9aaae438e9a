import { sql } from 'kysely';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';

/** A test database whose `now()` and `clock_timestamp()` return the virtual time. */
export interface VirtualDatabase extends TestDatabase {
  setTime(milliseconds: number): Promise<void>;
  /** Deletes all rows and resets the sequences, so that the next schedule begins with the same ids. */
  clear(): Promise<void>;
}

/** The virtual time is stored in a sequence, because its value is visible to all transactions at once, whatever their snapshots. */
const SCHEMA = `
create schema virtual;
create sequence virtual.milliseconds;
create function virtual.now() returns timestamptz language sql stable
  as 'select to_timestamp(last_value / 1000.0) from virtual.milliseconds';
create function virtual.clock_timestamp() returns timestamptz language sql volatile
  as 'select to_timestamp(last_value / 1000.0) from virtual.milliseconds';
`;

const BIND_DEFAULTS = `
do $$
declare bound record;
begin
  for bound in
    select a.attrelid::regclass as owner, a.attname as name, pg_get_expr(d.adbin, d.adrelid) as expression
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where pg_get_expr(d.adbin, d.adrelid) ~ '(now|clock_timestamp)\\(\\)'
  loop
    execute format('alter table %s alter column %I set default virtual.now()', bound.owner, bound.name);
  end loop;
end $$;
`;

export async function createVirtualDatabase(): Promise<VirtualDatabase> {
  countQueries();
  const database = await createTestDatabase();
  const { db, pool } = database;
  await pool.query(SCHEMA);
  await pool.query(BIND_DEFAULTS);
  const { rows } = await pool.query<{ name: string }>('select current_database() as name');
  await pool.query(`alter database ${rows[0]?.name} set search_path = virtual, pg_catalog, public`);
  await reconnect(database);
  const clear = await prepareClear(pool);
  return {
    ...database,
    async setTime(milliseconds) {
      await sql`select setval('virtual.milliseconds', ${milliseconds})`.execute(db);
    },
    async clear() {
      await pool.query(clear);
    },
  };
}

/** Replaces the connection, because the new search path applies to new connections only. */
async function reconnect({ pool }: TestDatabase): Promise<void> {
  const client = await pool.connect();
  client.release(true);
  const { rows } = await pool.query<{ path: string }>(`select current_setting('search_path') as path`);
  if (!rows[0]?.path.startsWith('virtual')) throw new Error(`The search path is ${rows[0]?.path}.`);
}

/** Returns the statements that delete all rows. For the few rows of a schedule, deleting is much faster than truncating forty tables. */
async function prepareClear(pool: pg.Pool): Promise<string> {
  const tables = ['outbox', 'links', 'task_history', 'tasks', 'repository_polls', 'deliveries', 'delivery_bodies'];
  tables.push(
    'listing_pages',
    'import_pages',
    'job_events',
    'jobs',
    'webhook_secrets',
    'webhook_hints',
    'repositories',
  );
  tables.push('integration_records', 'credential_gates', 'audit_log', 'integrations', 'projects');
  const { rows: found } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
  );
  const others = found.map(({ name }) => name).filter((name) => /^(link_|sync_|repository_|task_)/.test(name));
  const named = [...new Set([...others, ...tables])].filter((name) => found.some((one) => one.name === name));
  const { rows: sequences } = await pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`,
  );
  return [
    'begin; set constraints all deferred; set local session_replication_role = replica',
    ...named.map((name) => `delete from ${name}`),
    ...sequences.map(({ name }) => `select setval('${name}', 1, false)`),
    'commit',
  ].join(';');
}

let inFlight = 0;
let counting = false;
let onIdle: (() => void) | undefined;

/** Returns the number of statements that the database is working on. */
export const queriesInFlight = (): number => inFlight;

/** Sets the function that is called whenever a statement has ended. */
export function onQueryEnd(callback: () => void): void {
  onIdle = callback;
}

function countQueries(): void {
  if (counting) return;
  counting = true;
  const original = pg.Client.prototype.query;
  const counted = function query(this: pg.Client, ...given: unknown[]): unknown {
    const result: unknown = Reflect.apply(original, this, given);
    if (!(result instanceof Promise)) return result;
    inFlight += 1;
    const end = (): void => {
      inFlight -= 1;
      onIdle?.();
    };
    result.then(end, end);
    return result;
  };
  pg.Client.prototype.query = counted as typeof original;
}
