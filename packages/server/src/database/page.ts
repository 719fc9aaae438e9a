/** Selects a page of a list: at most `limit` rows after the id `after` in the list's order. */
export interface PageRequest {
  limit: number;
  after?: number | undefined;
}

export interface Page<Row> {
  items: Row[];
  /** Id after which the next page starts; null on the last page. */
  next: number | null;
}

/** Makes a page from up to `limit + 1` rows: the additional row only shows that there is a next page. */
export function pageOf<Row extends { id: number }>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
