import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { listTables } from './database-rows.ts';

export interface SavedDatabase {
  /** Replaces the rows of every table with the saved ones. Sequences are not set back. */
  restore(): Promise<void>;
}

/** Saves a copy of all rows in the schema `saved`. This takes much less time than a new database for each test. */
export async function saveDatabase(db: Database): Promise<SavedDatabase> {
  const tables = await listTables(db);
  const columns = await storedColumns(db);
  await sql`create schema saved`.execute(db);
  for (const table of tables) {
    await sql`create table saved.${sql.id(table)} as table public.${sql.id(table)}`.execute(db);
  }
  const statements = tables.map((table) => {
    const names = sql.join((columns.get(table) ?? []).map((column) => sql.id(column)));
    return sql`
      delete from public.${sql.id(table)};
      insert into public.${sql.id(table)} (${names}) overriding system value select ${names} from saved.${sql.id(table)}`;
  });
  // `session_replication_role = replica` disables triggers and the checks of foreign keys, so that the order of the tables does not
  // matter.
  const script = sql`begin; set local session_replication_role = replica; ${sql.join(statements, sql`; `)}; commit`;
  return { restore: async () => void (await script.execute(db)) };
}

/** Returns the writable columns of each table, without those that PostgreSQL computes. */
async function storedColumns(db: Database): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ table_name: string; names: string[] }>`
    select table_name, array_agg(column_name::text) as names from information_schema.columns
    where table_schema = 'public' and is_generated = 'NEVER' group by table_name`.execute(db);
  return new Map(rows.map(({ table_name, names }) => [table_name, names]));
}
