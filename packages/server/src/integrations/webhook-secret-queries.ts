import { sql } from 'kysely';
import type { Database, Transaction } from '../database/database.ts';
import type { Row } from '../database/row-columns.ts';

const columns = ['id', 'integration_id', 'jwe', 'fingerprint', 'valid_until'] as const;

/**
 * `jwe` is the encrypted secret. Equal secrets have equal keyed fingerprints. `valid_until` is null for the current secret, and the end of
 * the one before it.
 */
export type WebhookSecretRow = Pick<Row<'webhook_secrets'>, (typeof columns)[number]>;

/** Secrets of one integration that are valid now, newest first. */
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

/** A secret for the integration from now on. The current one stays valid until `previousUntil`; one before that ends at once. */
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

/** Moves the end of the previous secret, or with null ends it now. */
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

/** All secrets of the integration end now: nothing verifies any more. */
export async function deleteWebhookSecrets(trx: Transaction, integrationId: number): Promise<void> {
  await trx.deleteFrom('webhook_secrets').where('integration_id', '=', integrationId).execute();
}

/** Bounded: secrets that ended are dropped by housekeeping. */
export async function dropEndedWebhookSecrets(db: Database): Promise<void> {
  await db.deleteFrom('webhook_secrets').where('valid_until', '<', sql<Date>`now()`).execute();
}

export interface SecretState {
  current: boolean;
  /** When the secret before the current one ends; null without one. */
  previous_until: Date | null;
}

/** Which of the integrations have secrets, for people to see. */
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
