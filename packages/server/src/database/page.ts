/** Which rows of a list: those after the id `after` in the list's order. */
export interface PageRequest {
  limit: number;
  after?: number | undefined;
}

export interface Page<Row> {
  items: Row[];
  /** The id to go on after; null on the last page. */
  next: number | null;
}

/** Cuts the one row more than `limit` that was read to know whether there is a next page. */
export function pageOf<Row extends { id: number }>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
