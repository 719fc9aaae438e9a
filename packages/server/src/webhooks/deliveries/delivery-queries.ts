import { type SelectQueryBuilder, sql } from 'kysely';
import { containing, type SearchBounds, searchPage } from '../../database/bounded-search.ts';
import type { Database } from '../../database/database.ts';
import type { Page, PageRequest } from '../../database/page.ts';
import { pageOf } from '../../database/page.ts';
import type { Row } from '../../database/row-columns.ts';
import type { DB } from '../../database/schema.ts';
import type { Effect } from '../../sync/effect.ts';

export const deliveryStatuses = ['received', 'processed', 'ignored', 'held', 'failed', 'rejected'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

type Columns = Pick<Row<'deliveries', { status: DeliveryStatus; effects: Effect[] | null }>, (typeof columns)[number]>;

/** A received webhook, or a request that was rejected because it did not verify. */
export type DeliveryRow = Omit<Columns, 'effects'> & { effects: Effect[] };

export interface DeliveryFilter {
  /** Ids of projects; null for the deliveries of every project and those without one. */
  projectIds: readonly number[] | null;
  integrationId?: number | undefined;
  status?: DeliveryStatus | undefined;
  event?: string | undefined;
  action?: string | undefined;
  /** Only deliveries that were received at or after this time. */
  since?: Date | undefined;
  /** Only deliveries that were received before this time. */
  until?: Date | undefined;
  /** Text that the title, repository, sender, delivery id or reason contains; `#12` searches for the item's number. */
  q?: string | undefined;
}

const columns = [
  'id',
  'integration_id',
  'project_id',
  'integration_type',
  'event',
  'delivery_guid',
  'received_at',
  'status',
  'attempts',
  'body_size',
  'action',
  'repository',
  'item_number',
  'title',
  'sender',
  'reason',
  'effects',
  'processed_at',
] as const;

/** Limits of one page of a search. A search has no index, because an index would slow down the storing of every delivery. */
const SEARCH_BOUNDS: SearchBounds = { step: 5000, rows: 100_000, milliseconds: 1000 };

/** Lists deliveries, newest first. A page of a search may have fewer than `limit` although there are more; then `next` is set. */
export async function listDeliveries(
  db: Database,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<DeliveryRow>> {
  if (filter.q === undefined) {
    return pageOf((await newest(db, filter, page.after, page.limit + 1).execute()).map(asRow), page.limit);
  }
  const candidates = (after: number | undefined, rows: number) => newest(db, filter, after, rows);
  const search = { candidates, matches: matching(filter.q), bounds: SEARCH_BOUNDS };
  const { items, next } = await searchPage<Columns>(db, search, page);
  return { items: items.map(asRow), next };
}

/** Returns the query for the newest deliveries under every condition of the filter except its search text. */
function newest(db: Database, filter: DeliveryFilter, after: number | undefined, rows: number) {
  let query = visible(db.selectFrom('deliveries'), filter.projectIds).select(columns).orderBy('id', 'desc').limit(rows);
  if (after !== undefined) query = query.where('id', '<', after);
  if (filter.integrationId !== undefined) query = query.where('integration_id', '=', filter.integrationId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.event !== undefined) query = query.where('event', '=', filter.event);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (filter.since !== undefined) query = query.where('received_at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('received_at', '<', filter.until);
  return query.$castTo<Columns>();
}

export async function getDelivery(
  db: Database,
  id: number,
  projectIds: readonly number[] | null,
): Promise<DeliveryRow | undefined> {
  const row = await visible(db.selectFrom('deliveries'), projectIds)
    .select(columns)
    .where('id', '=', id)
    .$castTo<Columns>()
    .executeTakeFirst();
  return row && asRow(row);
}

function visible<Output>(
  query: SelectQueryBuilder<DB, 'deliveries', Output>,
  projectIds: readonly number[] | null,
): SelectQueryBuilder<DB, 'deliveries', Output> {
  return projectIds === null ? query : query.where('project_id', '=', sql<number>`any(${projectIds}::bigint[])`);
}

function matching(text: string) {
  const number = /^#(\d{1,9})$/.exec(text)?.[1];
  if (number !== undefined) return sql<boolean>`item_number = ${Number(number)}`;
  const pattern = containing(text);
  return sql<boolean>`(title ilike ${pattern} or repository ilike ${pattern} or sender ilike ${pattern}
    or delivery_guid ilike ${pattern} or reason ilike ${pattern})`;
}

function asRow(row: Columns): DeliveryRow {
  return { ...row, effects: row.effects ?? [] };
}
