import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import type { Page, PageRequest } from './page.ts';

/** Limits of one page of a search, whatever the size of the table. */
export interface SearchBounds {
  /** Rows that one statement examines. */
  step: number;
  /** Rows that a page examines. */
  rows: number;
  /** No further statement is started after this. */
  milliseconds: number;
}

export interface Search {
  /** The list without the search, by falling id: at most `rows` after the id `after`. */
  candidates(after: number | undefined, rows: number): Expression<unknown>;
  /** On the columns of a candidate. No index finds it. */
  matches: Expression<SqlBool>;
  bounds: SearchBounds;
}

/** The pattern of `like` for this text anywhere. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * A page of the candidates that match. It ends early where its bounds are reached, with `next` after the last row that was examined:
 * the pages after it find what it did not look at.
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
  /** Go on after this id; null: there is nothing after it. */
  next: number | null;
}

/**
 * The rows have two columns more than the candidates.
 *
 * @param rows how many candidates there are at most: when there are as many, there may be more after them
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
