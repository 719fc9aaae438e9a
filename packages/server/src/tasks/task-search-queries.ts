import { type SqlBool, sql } from 'kysely';
import { containing, type SearchBounds, searchPage } from '../database/bounded-search.ts';
import type { Database } from '../database/database.ts';
import {
  newestTasks,
  type TaskFilter,
  type TaskObject,
  type TaskWithoutLinks,
  withLinks,
} from './task-object-queries.ts';

/**
 * The part of a search to which a page belongs. Tasks with the text in their title come first and are found by an index. Then those with
 * the text only in their description are looked for, newest first, a bounded number of tasks for each page. Without the index, titles and
 * descriptions are searched together in that way (`both`).
 */
export type SearchPart = 'titles' | 'descriptions' | 'both';

/** Position of a page: the part of the search, and the id after which it begins. */
export interface SearchPosition {
  part: SearchPart;
  after?: number;
}

export interface SearchPage {
  items: TaskObject[];
  next: SearchPosition | null;
}

const BOUNDS: SearchBounds = { step: 500, rows: 10_000, milliseconds: 1000 };
/** Matches texts that the index on titles can find: three letters or digits in a row, since the embedded database indexes no others. */
const INDEXED_TEXT = /[A-Za-z0-9]{3}/;

/**
 * Returns a page of tasks that contain the text, each part of the search newest first. A page may have fewer than `limit` tasks although
 * there are more; `next` is null only at the end.
 */
export async function searchTasks(
  db: Database,
  filter: TaskFilter,
  text: string,
  { limit, position }: { limit: number; position: SearchPosition },
): Promise<SearchPage> {
  if (position.part !== 'titles') return searchText(db, filter, text, { limit, position });
  const pattern = containing(text);
  const rows = await newestTasks(db, filter, position.after, limit + 1)
    .where('title', 'ilike', pattern)
    .$castTo<TaskWithoutLinks>()
    .execute();
  const items = await withLinks(db, rows.slice(0, limit));
  const last = items.at(-1);
  if (rows.length > limit && last !== undefined) return { items, next: { part: 'titles', after: last.id } };
  const descriptions: SearchPosition = { part: 'descriptions' };
  if (items.length === limit) return { items, next: descriptions };
  const rest = await searchText(db, filter, text, { limit: limit - items.length, position: descriptions });
  return { items: [...items, ...rest.items], next: rest.next };
}

async function searchText(
  db: Database,
  filter: TaskFilter,
  text: string,
  { limit, position: { part, after } }: { limit: number; position: SearchPosition },
): Promise<SearchPage> {
  const pattern = containing(text);
  const matches =
    part === 'both'
      ? sql<SqlBool>`(title ilike ${pattern} or description ilike ${pattern})`
      : sql<SqlBool>`(description ilike ${pattern} and title not ilike ${pattern})`;
  const candidates = (from: number | undefined, rows: number) => newestTasks(db, filter, from, rows);
  const search = { candidates, matches, bounds: BOUNDS };
  const page = await searchPage<TaskWithoutLinks>(db, search, { limit, after });
  return { items: await withLinks(db, page.items), next: page.next === null ? null : { part, after: page.next } };
}

/** Returns the position of the first page of a search for this text. */
export async function beginSearch(db: Database, text: string): Promise<SearchPosition> {
  return { part: INDEXED_TEXT.test(text) && (await hasTitleIndex(db)) ? 'titles' : 'both' };
}

/** Returns true if the index on titles exists. An external database may not have allowed the extension that it needs. */
async function hasTitleIndex(db: Database): Promise<boolean> {
  const { rows } = await sql<{
    found: boolean;
  }>`select to_regclass('tasks_title_trigrams') is not null as found`.execute(db);
  return rows[0]?.found === true;
}
