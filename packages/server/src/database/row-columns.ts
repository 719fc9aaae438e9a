import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DB } from './schema.ts';

/**
 * A row of a table as it is read. `Narrower` replaces the types of columns about which the code knows more than the schema: JSON, and
 * texts with a few possible values.
 */
export type Row<Table extends keyof DB, Narrower extends Partial<Record<keyof DB[Table], unknown>> = object> = Omit<
  Selectable<DB[Table]>,
  keyof Narrower
> &
  Narrower;

/** Use of a column: `key` identifies the row, `insert` is written only when the row is created, `update` with every update too. */
export type ColumnUse = 'key' | 'insert' | 'update';

/** Parts of SQL statements that name the columns of a table. The rows are passed as one JSON parameter. */
export interface RowColumns<Columns> {
  /** List of the columns for `insert into`: `"id", "title"`. */
  names: RawBuilder<unknown>;
  /** List of the values for `select` from `rows(…)`: `x."id", x."title"`. */
  values: RawBuilder<unknown>;
  /** List of the assignments for `update … set`: `"title" = x."title"`. */
  assignments: RawBuilder<unknown>;
  /** Returns the rows as a relation named `x`. A column that is missing in a row is null. */
  rows(rows: readonly Columns[]): RawBuilder<unknown>;
}

/**
 * Describes how each column of a table is written, for statements that write many rows. A new column of the table is a compile error
 * until its use is listed.
 */
export function rowColumns<Columns>(
  table: keyof DB,
  uses: Readonly<Record<keyof Columns, ColumnUse>>,
): RowColumns<Columns> {
  const all = Object.entries<ColumnUse>(uses);
  const list = (entries: typeof all, text: (name: string) => string): RawBuilder<unknown> =>
    sql.raw(entries.map(([name]) => text(`"${name}"`)).join(', '));
  return {
    names: list(all, (name) => name),
    values: list(all, (name) => `x.${name}`),
    assignments: list(
      all.filter(([, use]) => use === 'update'),
      (name) => `${name} = x.${name}`,
    ),
    rows: (rows) => sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}) as x`,
  };
}
