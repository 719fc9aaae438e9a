import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

/**
 * Returns the parsers that convert values of PostgreSQL to the types of `schema.ts`: int8 to a number (ids stay far below 2^53), a date
 * to 'YYYY-MM-DD' (a Date would shift it by the time zone), timestamptz to a Date, `infinity` to Infinity.
 */
export function columnTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  types.setTypeParser(INT8_ARRAY, parseInt8Array);
  types.setTypeParser(DATE, String);
  return types;
}

/** Parses a one-dimensional array of int8 from PostgreSQL's text, such as `{1,2,NULL}`. */
function parseInt8Array(text: string): (number | null)[] {
  const items = text.slice(1, -1);
  return items === '' ? [] : items.split(',').map((item) => (item === 'NULL' ? null : Number(item)));
}
