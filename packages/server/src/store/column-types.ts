import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

/**
 * How values come out of PostgreSQL, as `schema.ts` says: int8 as a number (identities stay far below 2^53), a date as
 * 'YYYY-MM-DD' (a Date would move it by the time zone), timestamptz as a Date, `infinity` as Infinity.
 */
export function columnTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  types.setTypeParser(INT8_ARRAY, parseInt8Array);
  types.setTypeParser(DATE, String);
  return types;
}

/** One dimension: `{1,2,NULL}`. */
function parseInt8Array(text: string): (number | null)[] {
  const items = text.slice(1, -1);
  return items === '' ? [] : items.split(',').map((item) => (item === 'NULL' ? null : Number(item)));
}
