import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import type { Row } from '../database/row-columns.ts';

const columns = ['id', 'integration_id', 'jwe', 'fingerprint', 'valid_until'] as const;

/**
 * A webhook secret. `jwe` is the encrypted secret, and equal secrets have equal keyed fingerprints. `valid_until` is null for the current
 * secret, and the end of validity for the one before it.
 */
export type WebhookSecretRow = Pick<Row<'webhook_secrets'>, (typeof columns)[number]>;

/** Returns the secrets of an integration that are valid now, newest first. */
export async function listWebhookSecrets(
  db: Database | Transaction,
  integrationId: number,
): Promise<WebhookSecretRow[]> {
  return db
    .selectFrom('webhook_secrets')
    .select(columns)
    .where('integration_id', '=', integrationId)
    .where((where) => where.or([where('valid_until', 'is', null), where('valid_until', '>', sql<Date>`now()`)]))
    .orderBy(sql`valid_until is not null`)
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Makes a secret the integration's current one. The one that was current stays valid until `previousUntil`; an earlier one ends at once.
 */
export async function rotateWebhookSecret(
  trx: Transaction,
  integrationId: number,
  secret: { jwe: string; fingerprint: Buffer },
  previousUntil: Date,
): Promise<void> {
  const same = await trx
    .selectFrom('webhook_secrets')
    .select('id')
    .where('integration_id', '=', integrationId)
    .where('valid_until', 'is', null)
    .where('fingerprint', '=', secret.fingerprint)
    .executeTakeFirst();
  if (same !== undefined) return;
  await trx
    .deleteFrom('webhook_secrets')
    .where('integration_id', '=', integrationId)
    .where('valid_until', 'is not', null)
    .execute();
  await trx
    .updateTable('webhook_secrets')
    .set({ valid_until: previousUntil })
    .where('integration_id', '=', integrationId)
    .execute();
  await trx
    .insertInto('webhook_secrets')
    .values({ integration_id: integrationId, ...secret })
    .execute();
}

/** Changes when the previous secret ends; null ends it now. */
export async function setPreviousSecretEnd(trx: Transaction, integrationId: number, until: Date | null): Promise<void> {
  if (until === null) {
    await trx
      .deleteFrom('webhook_secrets')
      .where('integration_id', '=', integrationId)
      .where('valid_until', 'is not', null)
      .execute();
    return;
  }
  await trx
    .updateTable('webhook_secrets')
    .set({ valid_until: until })
    .where('integration_id', '=', integrationId)
    .where('valid_until', 'is not', null)
    .execute();
}

/** Deletes all secrets of the integration, so that none of its webhooks verifies any more. */
export async function deleteWebhookSecrets(trx: Transaction, integrationId: number): Promise<void> {
  await trx.deleteFrom('webhook_secrets').where('integration_id', '=', integrationId).execute();
}

/** Deletes the secrets of all integrations that have ended. */
export async function dropEndedWebhookSecrets(db: Database): Promise<void> {
  await db.deleteFrom('webhook_secrets').where('valid_until', '<', sql<Date>`now()`).execute();
}

export interface SecretState {
  current: boolean;
  /** Time at which the secret before the current one ends; null if there is none. */
  previous_until: Date | null;
}

/** Returns for people which of these integrations have secrets, by integration id. Integrations without any are left out. */
export async function listSecretStates(
  db: Database | Transaction,
  integrationIds: readonly number[],
): Promise<Map<number, SecretState>> {
  const { rows } = await sql<SecretState & { integration_id: number }>`
    select integration_id, bool_or(valid_until is null) as current, max(valid_until) filter (where valid_until > now()) as previous_until
    from webhook_secrets where integration_id = any(${[...integrationIds]}::bigint[]) group by integration_id`.execute(
    db,
  );
  return new Map(
    rows.map(({ integration_id, current, previous_until }) => [integration_id, { current, previous_until }]),
  );
}
