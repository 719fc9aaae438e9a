import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';

/**
 * All rows of each table by its name. Each row is the text that PostgreSQL writes for it, with every column, and `bytea` in hexadecimal
 * digits.
 */
export type DatabaseRows = ReadonlyMap<string, readonly string[]>;

/** Returns the names of all tables of the application, without the partitions of partitioned tables. */
export async function listTables(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    order by relname`.execute(db);
  return rows.map(({ name }) => name);
}

export async function readDatabaseRows(db: Database): Promise<DatabaseRows> {
  const tables = await listTables(db);
  const selects = tables.map(
    (table) => sql`select ${sql.lit(table)} as name, t::text as row from ${sql.table(table)} t`,
  );
  const { rows } = await sql<{ name: string; row: string }>`${sql.join(selects, sql` union all `)}`.execute(db);
  const result = new Map<string, string[]>(tables.map((table) => [table, []]));
  for (const { name, row } of rows) result.get(name)?.push(row);
  return result;
}

/** Compares the rows of a database before and after a change. Returns each added or removed row as a text such as `tasks: + (1,…)`. */
export function differentRows(before: DatabaseRows, after: DatabaseRows): string[] {
  return [...after].flatMap(([table, rows]) => {
    const former = new Set(before.get(table));
    const current = new Set(rows);
    return [
      ...[...former].filter((row) => !current.has(row)).map((row) => `${table}: - ${row}`),
      ...rows.filter((row) => !former.has(row)).map((row) => `${table}: + ${row}`),
    ];
  });
}
