import type { ErrorClass } from '@commandcenter/integration-kit';
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import { allowLongStatements } from '../database/long-statement.ts';
import { type Page, type PageRequest, pageOf } from '../database/page.ts';
import type { Integration } from '../database/schema.ts';
import type { IntegrationHealth } from './health/integration-health.ts';

type Columns = Selectable<Integration>;

/** A row of `integrations`, with narrower types for its JSON columns and for texts with a fixed set of values. */
export type IntegrationRow = Omit<Columns, keyof IntegrationHealth | 'config' | 'account' | 'rate_limit'> &
  IntegrationHealth & {
    config: Record<string, unknown>;
    account: { id: string; login: string; type: 'user' | 'bot' | 'organization' } | null;
    rate_limit: StoredRateLimit | null;
  };

export interface StoredRateLimit {
  limit: number;
  remaining: number;
  /** RFC 3339 time at which the rate limit starts anew. */
  reset_at: string;
  resource: string;
}

const asRow = (columns: Columns): IntegrationRow => ({
  ...columns,
  disabled_by: columns.disabled_by as IntegrationRow['disabled_by'],
  status: columns.status as IntegrationRow['status'],
  last_error_class: columns.last_error_class as ErrorClass | null,
  circuit: columns.circuit as IntegrationRow['circuit'],
  config: columns.config as Record<string, unknown>,
  account: columns.account as IntegrationRow['account'],
  rate_limit: columns.rate_limit as StoredRateLimit | null,
});

export async function findIntegration(db: Database | Transaction, id: number): Promise<IntegrationRow | undefined> {
  const row = await db.selectFrom('integrations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && asRow(row);
}

export async function findIntegrations(db: Database | Transaction, ids: readonly number[]): Promise<IntegrationRow[]> {
  const rows = await db
    .selectFrom('integrations')
    .selectAll()
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .execute();
  return rows.map(asRow);
}

/** Returns the id of the project's enabled integration, or null if there is not exactly one. */
export async function findOnlyIntegration(db: Database | Transaction, projectId: number): Promise<number | null> {
  const rows = await db
    .selectFrom('integrations')
    .select('id')
    .where('project_id', '=', projectId)
    .where('enabled', '=', true)
    .limit(2)
    .execute();
  const [only, another] = rows;
  return only === undefined || another !== undefined ? null : only.id;
}

/** Returns the integration's row and locks it until the end of the transaction. Rows that refer to it can still be written. */
export async function lockIntegration(trx: Transaction, id: number): Promise<IntegrationRow | undefined> {
  const row = await trx.selectFrom('integrations').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row && asRow(row);
}

/** Lists integrations in the order of their ids. `projectIds` is null for those of every project. */
export async function listIntegrations(
  db: Database,
  filter: { projectIds: readonly number[] | null; integrationType?: string | undefined },
  page: PageRequest,
): Promise<Page<IntegrationRow>> {
  let query = db
    .selectFrom('integrations')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1);
  if (filter.projectIds !== null)
    query = query.where('project_id', 'in', filter.projectIds.length === 0 ? [-1] : [...filter.projectIds]);
  if (filter.integrationType !== undefined) query = query.where('integration_type', '=', filter.integrationType);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return pageOf((await query.execute()).map(asRow), page.limit);
}

export async function insertIntegration(trx: Transaction, values: Insertable<Integration>): Promise<IntegrationRow> {
  return asRow(await trx.insertInto('integrations').values(values).returningAll().executeTakeFirstOrThrow());
}

/** Changes an integration and sets `updated_at`, which moves only when people change the integration and not when its health changes. */
export async function updateIntegration(
  trx: Transaction,
  id: number,
  values: Updateable<Integration>,
): Promise<IntegrationRow> {
  const changed = { ...values, updated_at: sql<Date>`clock_timestamp()` };
  return asRow(
    await trx.updateTable('integrations').set(changed).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );
}

export async function deleteIntegration(trx: Transaction, id: number): Promise<void> {
  await allowLongStatements(trx);
  await trx.deleteFrom('integrations').where('id', '=', id).execute();
}

/** Updates the health columns of a locked row. Returns the updated row. */
export async function writeHealth(trx: Transaction, id: number, health: IntegrationHealth): Promise<IntegrationRow> {
  const { enabled, disabled_by, status, error_count, total_error_count, success_count } = health;
  const { last_error, last_error_class, last_error_at, last_success_at } = health;
  const { circuit, circuit_failures, next_attempt_at, auth_blocked } = health;
  const counts = { error_count, total_error_count, success_count };
  const last = { last_error, last_error_class, last_error_at, last_success_at };
  const values = {
    enabled,
    disabled_by,
    status,
    ...counts,
    ...last,
    circuit,
    circuit_failures,
    next_attempt_at,
    auth_blocked,
  };
  return asRow(
    await trx.updateTable('integrations').set(values).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );
}

/** Successes, rate limit and credential expiry of one integration, collected for up to a second. */
export interface Observation {
  id: number;
  successes: number;
  rate_limit: StoredRateLimit | null;
  /**
   * Version of the credential whose expiry was observed; null if none was. The expiry of a credential that was replaced meanwhile is not
   * stored.
   */
  credentials_version: number | null;
  credential_expires_at: Date | null;
}

/** Stores the observations of any number of integrations in one statement. */
export async function addObservations(db: Database, observations: readonly Observation[], now: Date): Promise<void> {
  await sql`
    update integrations set
      success_count = success_count + seen.successes,
      last_success_at = case when seen.successes > 0 then ${now} else last_success_at end,
      status = case when seen.successes > 0 and status = 'pending' then 'active' else status end,
      rate_limit = coalesce(seen.rate_limit, integrations.rate_limit),
      credential_expires_at = case when seen.credentials_version = integrations.credentials_version
        then seen.credential_expires_at else integrations.credential_expires_at end
    from jsonb_to_recordset(${JSON.stringify(observations)}::jsonb) as seen
      (id bigint, successes int, rate_limit jsonb, credentials_version int, credential_expires_at timestamptz)
    where integrations.id = seen.id`.execute(db);
}

/**
 * Claims the right to probe a due integration for `leaseMs` milliseconds, so that one process at a time tests it. Returns false if it is
 * not due or another process has it.
 */
export async function claimProbe(db: Database, id: number, leaseMs: number): Promise<boolean> {
  const result = await db
    .updateTable('integrations')
    .set({
      circuit: sql<string>`case when circuit = 'open' then 'half_open' else circuit end`,
      next_attempt_at: sql<Date>`now() + ${leaseMs} * interval '1 millisecond'`,
    })
    .where('id', '=', id)
    .where('next_attempt_at', '<=', sql<Date>`now()`)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Returns the integrations to be probed now, and the milliseconds until the next probe after them; null if none is planned. */
export async function dueProbes(db: Database, limit: number): Promise<{ ids: number[]; nextMs: number | null }> {
  const planned = db.selectFrom('integrations').where('next_attempt_at', 'is not', null);
  const due = await planned
    .select('id')
    .where('next_attempt_at', '<=', sql<Date>`now()`)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute();
  const next = await planned
    .select(sql<number | null>`(extract(epoch from min(next_attempt_at) - now()) * 1000)::float8`.as('wait'))
    .where('next_attempt_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return { ids: due.map(({ id }) => id), nextMs: next?.wait ?? null };
}

export async function storeAccount(db: Database, id: number, account: IntegrationRow['account']): Promise<void> {
  await db
    .updateTable('integrations')
    .set({ account: account === null ? null : JSON.stringify(account) })
    .where('id', '=', id)
    .where(sql<boolean>`account is distinct from ${account === null ? null : JSON.stringify(account)}::jsonb`)
    .execute();
}

/** Makes the integration due for a probe, so that the prober tests it now. */
export async function probeNow(trx: Transaction, id: number): Promise<void> {
  await trx.updateTable('integrations').set({ next_attempt_at: sql<Date>`now()` }).where('id', '=', id).execute();
}

/** Returns the owners of the repositories that the integration follows or names, in lower case. */
export async function ownersOfFollowedRepositories(
  trx: Transaction,
  { id, config }: Pick<IntegrationRow, 'id' | 'config'>,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('repositories')
    .select(sql<string>`lower(owner)`.as('owner'))
    .distinct()
    .where('integration_id', '=', id)
    .limit(1000)
    .execute();
  const named = Array.isArray(config.repositories) ? config.repositories.map(String) : [];
  return [...rows.map(({ owner }) => owner), ...named.map((entry) => entry.split('/')[0]?.toLowerCase() ?? '')];
}

/**
 * Stores the clock offset, the provider's clock minus ours. If it became smaller, the next polls begin that much earlier, because the
 * provider lists changes by its own times.
 */
export async function storeClockOffset(db: Database, id: number, offsetMs: number): Promise<void> {
  await sql`
    with before as (select clock_offset_ms from integrations where id = ${id} for no key update),
      stored as (update integrations set clock_offset_ms = ${offsetMs} where id = ${id})
    update repository_polls set since = since + least(${offsetMs} - before.clock_offset_ms, 0) * interval '1 millisecond'
    from before where integration_id = ${id} and ${offsetMs} < before.clock_offset_ms`.execute(db);
}

export async function readClockOffset(db: Database, id: number): Promise<number> {
  const row = await db.selectFrom('integrations').select('clock_offset_ms').where('id', '=', id).executeTakeFirst();
  return row?.clock_offset_ms ?? 0;
}

/** Notifies every process that the secrets, hints, configuration or state of an integration changed. Sent when the transaction commits. */
export async function announceIntegration(trx: Database | Transaction, id: number): Promise<void> {
  await sql`select pg_notify('integrations', ${String(id)})`.execute(trx);
}
