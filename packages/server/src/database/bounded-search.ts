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
  /** Returns the statement of the list without the search: at most `rows` rows after the id `after`, by falling id. */
  candidates(after: number | undefined, rows: number): Expression<unknown>;
  /** Condition on the columns of a candidate that the found rows meet. No index serves it. */
  matches: Expression<SqlBool>;
  bounds: SearchBounds;
}

/** Returns the pattern of SQL's `like` that matches all texts which contain this text. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Returns a page of the candidates that match. The page ends early when it reaches its bounds; `next` is then the last examined row, so
 * that the following pages search the rest.
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
 * Examines one step of candidates. The returned rows have two columns more than the candidates.
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
