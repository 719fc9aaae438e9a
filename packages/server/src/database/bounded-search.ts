import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import type { Page, PageRequest } from './page.ts';

/** Limits of one page of a search, so that its cost does not grow with the table. */
export interface SearchBounds {
  /** Number of rows that one statement examines. */
  step: number;
  /** Number of rows after which a page ends. */
  rows: number;
  /** Time in ms after which no further statement is started. */
  milliseconds: number;
}

export interface Search {
  /**
   * Returns the SQL statement that lists the candidates of a search: at most `rows` rows with an id below `after`, by falling id, whether
   * they match or not.
   */
  candidates(after: number | undefined, rows: number): Expression<unknown>;
  /** SQL condition on a candidate's columns that is true for the rows to be found. No index serves it. */
  matches: Expression<SqlBool>;
  bounds: SearchBounds;
}

/** Returns the pattern of SQL's `like` that matches all texts which contain this text. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Returns a page of the rows that a search finds. The page ends early when it reaches the bounds of the search; `next` is then the last
 * examined row, so that the following pages search the rest.
 */
export async function searchPage<Row extends { id: number }>(
  db: Database,
  { candidates, matches, bounds }: Search,
  { limit, after }: PageRequest,
): Promise<Page<Row>> {
  const deadline = performance.now() + bounds.milliseconds;
  const items: Row[] = [];
  let position = after;
  for (let examined = 0; examined < bounds.rows && performance.now() < deadline; examined += bounds.step) {
    const rest = { matches, limit: limit - items.length, rows: bounds.step };
    const { found, next } = await examine<Row>(db, candidates(position, bounds.step), rest);
    items.push(...found);
    if (next === null || items.length === limit) return { items, next };
    position = next;
  }
  return { items, next: position ?? null };
}

interface Examined<Row> {
  found: Row[];
  /** Id after which the search continues; null when there are no rows after it. */
  next: number | null;
}

/**
 * Examines a limited number of candidates of a search in one statement. Returns those that match, and the id after which the search
 * continues.
 *
 * @param rows the most candidates that there can be: when there are that many, more may follow
 */
async function examine<Row extends { id: number }>(
  db: Database,
  candidates: Expression<unknown>,
  { matches, limit, rows }: { matches: Expression<SqlBool>; limit: number; rows: number },
): Promise<Examined<Row>> {
  const { rows: read } = await sql<Row & { is_match: boolean; place: number }>`
    select * from (
      select candidate.*, ${matches} as is_match, row_number() over (order by candidate.id desc) as place
      from (${candidates}) candidate) examined
    where is_match or place = ${rows}
    order by id desc limit ${limit + 1}`.execute(db);
  const matching = read.filter(({ is_match }) => is_match);
  const found = matching.slice(0, limit);
  if (matching.length > limit) return { found, next: found.at(-1)?.id ?? null };
  return { found, next: read.find(({ place }) => place === rows)?.id ?? null };
}
