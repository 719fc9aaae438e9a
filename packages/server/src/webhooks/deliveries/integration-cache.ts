import type { Transaction } from '../../database/database.ts';
import type { AuthorFailures } from '../../integrations/author-failures.ts';
import type { IntegrationHost, OpenIntegration } from '../../integrations/host.ts';
import { findIntegrations, type IntegrationRow } from '../../integrations/integration-queries.ts';
import { RecentCache } from '../../recent-cache.ts';

const OPEN_LIMIT = 1000;

/** Keeps integrations open between batches until their row or credential changes. */
export interface IntegrationCache {
  /** Returns the rows of the integrations that still exist, by id. */
  rows(trx: Transaction, ids: readonly number[]): Promise<ReadonlyMap<number, IntegrationRow>>;
  open(row: IntegrationRow): Promise<OpenIntegration>;
  authorFailures: AuthorFailures;
}

export function createIntegrationCache(host: Pick<IntegrationHost, 'open' | 'authorFailures'>): IntegrationCache {
  const cache = new RecentCache<number, { version: string; open: OpenIntegration }>(OPEN_LIMIT);
  return {
    authorFailures: host.authorFailures,
    async rows(trx, ids) {
      const rows = await findIntegrations(trx, [...new Set(ids)]);
      return new Map(rows.map((row) => [row.id, row]));
    },
    async open(row) {
      const version = `${row.updated_at.toISOString()}/${row.credentials_version}`;
      const cached = cache.get(row.id);
      if (cached?.version === version) return cached.open;
      const open = await host.open(row);
      cache.set(row.id, { version, open });
      return open;
    },
  };
}
