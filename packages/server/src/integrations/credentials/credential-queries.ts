import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';

export interface StoredCredentials {
  /** The credentials, encrypted as JWE; null if there are none. */
  credentials: string | null;
  credentials_version: number;
}

export async function readCredentials(
  db: Database | Transaction,
  integrationId: number,
): Promise<StoredCredentials | undefined> {
  return db
    .selectFrom('integrations')
    .select(['credentials', 'credentials_version'])
    .where('id', '=', integrationId)
    .executeTakeFirst();
}

/**
 * Claims the right to refresh the credential for `leaseMs` milliseconds. Returns the stored credential and its version, or undefined if
 * another owner has the lease; `replaceCredentials` writes only while that version is unchanged.
 */
export async function claimRefresh(
  db: Database,
  integrationId: number,
  owner: string,
  leaseMs: number,
): Promise<StoredCredentials | undefined> {
  return db
    .updateTable('integrations')
    .set({ refresh_lease_owner: owner, refresh_lease_until: sql<Date>`now() + ${leaseMs} * interval '1 millisecond'` })
    .where('id', '=', integrationId)
    .where((where) =>
      where.or([where('refresh_lease_until', 'is', null), where('refresh_lease_until', '<=', sql<Date>`now()`)]),
    )
    .returning(['credentials', 'credentials_version'])
    .executeTakeFirst();
}

/** Returns false when the lease ended and somebody else has it or had it. */
export async function releaseRefresh(db: Database, integrationId: number, owner: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('integrations')
    .set({ refresh_lease_owner: null, refresh_lease_until: null })
    .where('id', '=', integrationId)
    .where('refresh_lease_owner', '=', owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Stores new credentials by compare-and-swap, and returns false if somebody changed them since `version`. Clears the expiry time, because
 * that of the new credential is not known yet.
 */
export async function replaceCredentials(
  db: Database | Transaction,
  integrationId: number,
  version: number,
  values: { credentials: string; credentials_fields: string[] },
): Promise<boolean> {
  const result = await db
    .updateTable('integrations')
    .set({ ...values, credentials_version: version + 1, credential_expires_at: null })
    .where('id', '=', integrationId)
    .where('credentials_version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
