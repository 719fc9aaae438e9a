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
  const parseTextArray = types.getTypeParser(INT8_ARRAY) as (text: string) => (string | null)[];
  types.setTypeParser(INT8, Number);
  types.setTypeParser(INT8_ARRAY, (text: string) =>
    parseTextArray(text).map((item) => (item === null ? null : Number(item))),
  );
  types.setTypeParser(DATE, String);
  return types;
}
