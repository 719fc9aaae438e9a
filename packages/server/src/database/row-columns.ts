import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DB } from './schema.ts';

/**
 * A row of a table as it is read. `Narrower` gives the types of columns about which the schema says less than the code knows: JSON, and
 * texts that are one of a few values.
 */
export type Row<Table extends keyof DB, Narrower extends Partial<Record<keyof DB[Table], unknown>> = object> = Omit<
  Selectable<DB[Table]>,
  keyof Narrower
> &
  Narrower;

/** `key` identifies the row, `insert` is written once, `update` is written with every update. */
export type ColumnUse = 'key' | 'insert' | 'update';

/** The statements' parts that name the columns of a table. Rows are passed as one JSON parameter. */
export interface RowColumns<Columns> {
  /** `"id", "title"`, for `insert into`. */
  names: RawBuilder<unknown>;
  /** `x."id", x."title"`, for `select` from `rows(…)`. */
  values: RawBuilder<unknown>;
  /** `"title" = x."title"`, for `update … set`. */
  assignments: RawBuilder<unknown>;
  /** The rows as a relation `x`. A column that is missing in a row is null. */
  rows(rows: readonly Columns[]): RawBuilder<unknown>;
}

/**
 * Describes once how the columns of a table are written, for statements that write many rows. A new column of the table is a compile error
 * here until it is listed.
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
